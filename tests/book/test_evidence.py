"""Claims and figures of the record on a page."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from course_lib.book.build import build
from course_lib.book.errors import BookError
from course_lib.evidence.experiments import EXPERIMENTS
from course_lib.evidence.records import record_path
from course_lib.evidence.run import run
from tests.book.conftest import CONFIGURATION
from tests.evidence.conftest import CLAIMS, TOY

pytestmark = pytest.mark.slow

BIB = "@misc{somebody2020,\n author = {Some Body},\n title = {A Title},\n year = {2020}\n}\n"
PAGE = """
```{ledger-figure}
```

```{claims} C1 C2
```

The effect is {record}`C1.accuracy.mean:+.1f` over {record}`C1.accuracy.seeds` seeds at {record}`C1.accuracy.lr_a`.

(ledger)=
## The ledger

```{verdicts}
```

```{ledger}
```

```{bibliography}
```
"""


@pytest.fixture
def book(tiny_book: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """A book of one page with evidence, run or not."""
    monkeypatch.setitem(EXPERIMENTS, "toy", TOY)

    def write(text: str = PAGE, *, ran: bool = True) -> Path:
        source = tiny_book(text=text)
        configuration = CONFIGURATION.replace("- course_lib", "- sphinxcontrib.bibtex\n      - course_lib")
        (source / "_config.yml").write_text(f"bibtex_bibfiles: [references.bib]\n{configuration}")
        (source / "references.bib").write_text(BIB)
        folder = source / "book" / "evidence"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "claims.yml").write_text(CLAIMS)
        if ran:
            run(TOY, "full", folder, report=lambda line: None)
        return source

    return write


def words(source: Path) -> str:
    html = build(source, report=lambda line: None).folder.joinpath("chapter.html").read_text(encoding="utf-8")
    body = re.search(r"<article.*</article>", html, re.DOTALL)
    assert body
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", body[0]))


def test_a_page_says_claim_verdict_effect_seeds_and_literature(book):
    text = words(book())
    assert (
        "A is better than B. Measured: test accuracy A: side A, mean 75.1 % B: side B, mean 70.1 %"
        " A − B: +5.0 percentage points [+5.0, +5.0], 10 seeds Expected: A above B by more than 1 percentage point Means"
    ) in text
    assert "supported here" in text
    assert "In the literature. It is so. [Bod20]" in text
    assert "The effect is +5.0 over 10 seeds at 0.1." in text
    assert "Of 2 claims: 1 supported here, 1 not yet run." in text
    assert "side 0.01 0.1 a 0.662 0.752 ★ b" in text
    assert "Every side was tuned over the same 2 rates (0.01, 0.1) with the same 2 seeds" in text


def test_the_blocks_link_to_the_ledger_and_the_figure_has_words(book):
    html = build(book(), report=lambda line: None).folder.joinpath("chapter.html").read_text(encoding="utf-8")
    assert 'href="#claim-c1"' in html
    assert 'id="claim-c1"' in html
    assert 'role="img" aria-label="The ledger of 2 claims: 1 supported here, 1 not yet run."' in html


def test_a_page_is_read_again_when_a_record_comes_or_changes_and_only_then(book):
    source = book("\n```{claims} C1\n```\n\n(ledger)=\n## The ledger\n\n```{ledger}\n```\n\n```{bibliography}\n```\n", ran=False)
    assert "supported here" not in words(source)
    tree = source / "_build" / ".doctrees" / "chapter.doctree"  # bibtex has pages with citations written anew each time
    first = tree.stat().st_mtime_ns
    build(source, report=lambda line: None)
    assert tree.stat().st_mtime_ns == first
    folder = source / "book" / "evidence"
    run(TOY, "full", folder, report=lambda line: None)
    assert "+5.0 percentage points" in words(source)
    path = record_path("toy", "full", folder)
    path.write_text(path.read_text().replace('"test_accuracy": 0.7,', '"test_accuracy": 0.6,'))
    assert "+5.0 percentage points" not in words(source)


@pytest.mark.parametrize(
    ("text", "ran", "said"),
    [
        ("{record}`C1.accuracy.speed`", True, "a comparison has no 'speed'; it has mean, low, high"),
        ("{record}`C1.nothing.mean`", True, "C1 has no comparison 'nothing'; it has accuracy"),
        ("{record}`C1.accuracy.mean`", False, "C1 has not been run at full scale"),
        ("{record}`C7.accuracy.mean`", True, "no claim is called 'C7'; there is: C1, C2"),
        ("{record}`C1`", True, "must be CLAIM.COMPARISON.QUANTITY:FORMAT"),
        ("```{claims} C7\n```", True, "no claim is called 'C7'; there is: C1, C2"),
    ],
)
def test_what_the_record_does_not_have_fails_the_build_with_file_and_line(book, text, ran, said):
    source = book(f"Words.\n\n{text}\n", ran=ran)
    with pytest.raises(BookError, match=re.escape(said)) as error:
        build(source, report=lambda line: None)
    assert f"{source / 'chapter.md'}:5" in str(error.value)
