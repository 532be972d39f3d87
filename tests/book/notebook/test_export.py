"""A chapter as a notebook: plain Markdown, whole, and running without the packages that build the book."""

import re
import shutil
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from course_lib.book.errors import BookError
from course_lib.book.notebook import export, notebook_path
from course_lib.book.notebook.blocks import to_markdown
from course_lib.book.notebook.roles import Names, plain
from course_lib.book.practice.source import read
from tests.book.pages.conftest import small_source

__all__ = ["small_source"]

ROOT = Path(__file__).parents[3]
TICKS = "```"


@pytest.fixture(scope="module")
def first(small_source: Path, tmp_path_factory: pytest.TempPathFactory) -> nbformat.NotebookNode:
    folder = tmp_path_factory.mktemp("out")
    written = export(small_source, folder)
    assert [path.name for path in written] == ["01-first.ipynb", "02-second.ipynb"]
    return nbformat.read(folder / notebook_path("book/01-first"), as_version=4)


def text(notebook: nbformat.NotebookNode) -> str:
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def test_every_role_is_written_out(first: nbformat.NotebookNode) -> None:
    said = text(first)
    assert "See [Second steps](02-second.ipynb), Robbins and Monro (1951) and (1)" in said
    assert "a 0.1 is typed, `answer` is not" in said
    assert "{" not in re.sub(r"\$\$.*?\$\$", "", said, flags=re.DOTALL)  # but for formulas


def test_asides_are_quotations_and_labels_are_gone(first: nbformat.NotebookNode) -> None:
    said = text(first)
    assert "> **Tip.**\n>\n> Draw it first." in said
    assert "(first)=" not in said
    assert "\\tag{1}\n$$" in said


def test_what_is_cited_is_listed_at_the_end(first: nbformat.NotebookNode) -> None:
    last = first.cells[-1].source
    assert last.startswith("## References")
    assert "*A Stochastic Approximation Method*. Annals. https://doi.org/10.1214" in last


def test_on_colab_alone_the_first_cell_installs_the_library(first: nbformat.NotebookNode) -> None:
    code = first.cells[0].source
    assert 'if "google.colab" in sys.modules:\n    %pip install' in code
    assert "git+https://github.com/someone/small@main" in code


@pytest.mark.slow
def test_the_notebook_runs_and_prints_the_numbers_that_the_text_names(first: nbformat.NotebookNode) -> None:
    assert "myst_nb" not in str(first)
    done = NotebookClient(nbformat.from_dict(first), timeout=60, kernel_name="python3").execute()
    outputs = [out for cell in done.cells for out in cell.get("outputs", [])]
    printed = "".join(out.text for out in outputs if out.output_type == "stream")
    assert printed == "answer: 42\n"


def test_the_same_source_gives_the_same_file(small_source: Path, tmp_path: Path) -> None:
    once, again = (export(small_source, tmp_path / name) for name in ("once", "again"))
    assert [path.read_bytes() for path in once] == [path.read_bytes() for path in again]


def test_every_chapter_of_the_course_becomes_a_valid_notebook_without_leftovers(tmp_path: Path) -> None:
    for path in export(ROOT, tmp_path, pages=".md"):
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
        assert not any(cell.get("outputs") for cell in notebook.cells if cell.cell_type == "code")
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                assert "}`" not in cell.source
                assert "a notebook cannot show" not in cell.source
                assert f"{TICKS}{{" not in cell.source
                assert ":::" not in cell.source


def test_a_chapter_taken_away_has_its_practice_material_and_its_claims(tmp_path: Path) -> None:
    for path in export(ROOT, tmp_path):
        said = text(nbformat.read(path, as_version=4))
        source = (ROOT / "book" / f"{path.stem}.md").read_text(encoding="utf-8")
        practice = read(ROOT / "book" / "practice" / f"{path.stem}.yml")
        for name, parts in (("Question", practice.quiz), ("Card", practice.cards)):
            numbers = re.findall(rf"^\*\*{name} (\d+)\.\*\*", said, re.MULTILINE)
            assert numbers == [str(number) for number in range(1, len(parts) + 1)]
        shown = re.findall(r"^```\{claims\} (.+)$", source, re.MULTILINE)
        assert re.findall(r"^> \*\*Claim (C\d+): ", said, re.MULTILINE) == " ".join(shown).split()
        assert said.count("How to read this") == 1
        for reference in re.findall(r"\{record\}`([^`]+)`", source):
            assert reference not in said


def test_what_a_chapter_lacks_is_an_error_that_names_it(small_source: Path, tmp_path: Path) -> None:
    source = tmp_path / "source"
    shutil.copytree(small_source, source)
    page = source / "book" / "01-first.md"
    page.write_text(page.read_text(encoding="utf-8") + f"\n{TICKS}{{dialogue}}\n{TICKS}\n", encoding="utf-8")
    with pytest.raises(BookError, match=r"01-first\.md, as a notebook: .*01-first\.yml: there is no such file"):
        export(source, tmp_path / "out")


@pytest.mark.parametrize(
    ("source", "result"),
    [
        (f"{TICKS}{{note}}\n:class: x\n\nWords.\n{TICKS}", "> **Note.**\n>\n> Words."),
        (":::{admonition} Why?\nWords.\n:::", "> **Why?**\n>\n> Words."),
        (
            "::::{tip}\n:::{note}\nInner.\n:::\nOuter.\n::::",
            "> **Tip.**\n>\n>\n> > **Note.**\n> >\n> > Inner.\n>\n> Outer.",
        ),
        (f"{TICKS}{{quiz}}\n{TICKS}", "*Here the page has something that a notebook cannot show: quiz.*"),
        (f"{TICKS}python\nx = '{{given}}`1`'\n{TICKS}", f"{TICKS}python\nx = '{{given}}`1`'\n{TICKS}"),
        (f"{TICKS}{{bibliography}}\n{TICKS}\nAfter.", "After."),
        ("Before {given}`a\nb` after.", "Before a\nb after."),
    ],
)
def test_a_block_becomes_plain_markdown(source: str, result: str) -> None:
    assert to_markdown(source, Names()) == result


@pytest.mark.parametrize(
    ("source", "result"),
    [
        ("{numref}`Figure %s <fig-a>`", "Figure 2"),
        ("{numref}`fig-elsewhere`", "the figure there"),
        ("{ref}`the part <x>`", "the part"),
        ("{term}`momentum`", "momentum"),
        ("{cite:p}`a, b`", "(A, 1990; b, )"),
        ("{doc}`/book/unknown`", "/book/unknown"),
    ],
)
def test_a_role_becomes_plain_text(source: str, result: str) -> None:
    assert plain(source, Names(figures={"fig-a": 2}, citations={"a": ("A", "1990")})) == result
