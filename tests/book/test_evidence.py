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
from tests.browsers import Visit, violations
from tests.conftest import needs
from tests.evidence.conftest import CLAIMS, TOY

pytestmark = pytest.mark.slow

BIB = "@misc{somebody2020,\n author = {Some Body},\n title = {A Title},\n year = {2020}\n}\n"
FACTOR = CLAIMS.replace(
    "  comparisons:\n    accuracy:",
    """  amended: The smallest effect was two points at first.
  factor: the place
  comparisons:
    again-elsewhere:
      level: elsewhere
      sides: {a: side B once more, b: side B}
      runs: {a: b-again, b: b}
      metric: test accuracy
      measure: test_accuracy
      unit: points
      direction: higher
      smallest_effect: 1.0
      why: Because.
    accuracy:
      level: at home""",
    1,
)
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

    def write(text: str = PAGE, *, ran: bool = True, claims: str = CLAIMS) -> Path:
        source = tiny_book(text=text)
        configuration = CONFIGURATION.replace("- course_lib", "- sphinxcontrib.bibtex\n      - course_lib")
        (source / "_config.yml").write_text(f"bibtex_bibfiles: [references.bib]\n{configuration}")
        (source / "references.bib").write_text(BIB)
        folder = source / "book" / "evidence"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "claims.yml").write_text(claims)
        if ran:
            run(TOY, "full", folder, report=lambda line: None)
        return source

    return write


def article(source: Path) -> str:
    html = build(source, report=lambda line: None).folder.joinpath("chapter.html").read_text(encoding="utf-8")
    body = re.search(r"<article.*</article>", html, re.DOTALL)
    assert body
    return body[0]


def told(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html))


def words(source: Path) -> str:
    return told(article(source))


def test_a_page_says_claim_verdict_effect_seeds_and_literature(book):
    text = words(book())
    assert (
        "A is better than B. Measured: test accuracy A: side A, mean 75.1 % B: side B, mean 70.1 %"
        " A \N{MINUS SIGN} B: +5.0 percentage points [+5.0, +5.0], 10 seeds Expected: A above B"
        " by more than 1 percentage point Means"
    ) in text
    assert "supported here" in text
    assert "In the literature. It is so. [Bod20]" in text
    assert "The effect is +5.0 over 10 seeds at 0.1." in text
    assert "Of 2 claims: 1 supported here, 1 not yet run." in text
    assert "side 0.01 0.1 a 0.662 0.752 ★ b" in text
    assert "Every side was tuned over the same 2 rates (0.01, 0.1) with the same 2 seeds" in text
    assert "runs on 4 training images (epochs of an ordinary one: 1), " in text


def test_a_block_says_what_holds_where_and_what_was_changed_after_first_results(book):
    html = article(book(claims=FACTOR))
    block = told(html.partition('<div class="claim')[2].partition("In the literature")[0])
    assert (
        "depends on the place A is better than B. Changed after first results: see the ledger. Elsewhere: not supported"
        " here; at home: supported here. Elsewhere Measured: test accuracy A: side B once more, mean 70.1 % B: side B,"
        " mean 70.1 % A \N{MINUS SIGN} B: +0.0 percentage points [+0.0, +0.0], 10 seeds Expected: A above B"
        " by more than 1 percentage point Verdict: not supported here At home Measured:"
    ) in block
    assert re.search(r'<a [^>]*href="#claim-c1"[^>]*><span[^>]*>see the ledger</span></a>', html)


def test_the_same_measurement_is_told_whole_once_on_a_page_and_whole_by_the_ledger(book):
    text = words(book(PAGE + "\n```{claims} C1\n```\n"))
    assert text.count("Measured: already for claim C1: accuracy A \N{MINUS SIGN} B: +5.0 percentage points") == 1
    assert text.count("Expected: A above B by more than 1 percentage point Means over") == 2


def test_how_to_read_a_block_is_said_once_in_a_fold_and_in_the_same_words_by_the_ledger(book):
    html = article(book())
    (fold,) = re.findall(r'<details class="claims-reading">.*?</details>', html, re.DOTALL)
    assert "<summary>How to read this</summary>" in fold
    assert 'href="#ledger"' in fold
    terms = re.findall(r'<dl class="[^"]*verdict-terms.*?</dl>', html, re.DOTALL)
    assert len(terms) == 2
    assert terms[0] in fold
    assert told(terms[0]) == told(terms[1])
    for term in (
        "A \N{MINUS SIGN} B",
        "95 % interval",
        "Supported here",
        "Not supported here",
        "Undecided",
        "depends on",
        "page",
    ):
        assert term in told(fold)


def test_how_to_read_them_stands_before_the_first_block_alone_where_text_comes_between(book):
    more = PAGE.replace("The effect is", "```{claims} C1\n```\n\nThe effect is")
    html = article(book(more))
    assert html.count("claims-reading") == 1
    assert html.index("claims-reading") < html.index('class="claim-head')
    assert len(re.findall('<div class="claim ', html)) == len(re.findall('<div class="claim ', article(book()))) + 1


def test_where_nothing_has_been_run_there_is_nothing_to_read(book):
    assert "claims-reading" not in article(book(PAGE.replace("The effect is", "% "), ran=False))


@needs("chromium")
def test_the_blocks_fit_a_narrow_screen_print_their_fold_and_are_accessible(book, browser):
    folder = build(book(claims=FACTOR), report=lambda line: None).folder
    for theme in ("light", "dark"):
        with Visit(browser, folder.as_uri(), theme, 360) as visit:
            page = visit.open("chapter.html")
            explanation = page.locator(".claims-reading .verdict-terms")
            assert not explanation.is_visible()
            page.emulate_media(media="print")
            assert explanation.bounding_box()["height"] > 100
            page.emulate_media(media="screen")
            page.get_by_text("How to read this").click()
            assert explanation.is_visible()
            assert page.evaluate("() => document.documentElement.scrollWidth") <= 360
            assert page.locator(".claims-reading summary").bounding_box()["height"] >= 24
            assert not violations(page, ".bd-article")


def test_the_blocks_link_to_the_ledger_and_the_figure_has_words(book):
    html = build(book(), report=lambda line: None).folder.joinpath("chapter.html").read_text(encoding="utf-8")
    assert 'href="#claim-c1"' in html
    assert 'id="claim-c1"' in html
    assert 'role="img" aria-label="The ledger of 2 claims: 1 supported here, 1 not yet run."' in html


def test_a_page_is_read_again_when_a_record_comes_or_changes_and_only_then(book):
    page = "```{claims} C1\n```\n\n(ledger)=\n## The ledger\n\n```{ledger}\n```\n\n```{bibliography}\n```\n"
    source = book(page, ran=False)
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
