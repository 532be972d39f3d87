import gc
import subprocess
import sys
import weakref
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from jupyter_cache import get_cache
from typer.testing import CliRunner

from course_lib.book.build import build
from course_lib.book.chapters import read_chapters
from course_lib.book.errors import BookError
from course_lib.book.execution import execute, forget_stale
from course_lib.cli import app
from tests.book.conftest import CHAPTER, cell

pytestmark = pytest.mark.slow

Write = Callable[..., Path]


def test_a_chapter_is_executed_once_and_its_output_is_on_the_page(tiny_book: Write, tmp_path: Path) -> None:
    runs = tmp_path / "runs.txt"
    code = f"with open({str(runs)!r}, 'a') as file:\n    file.write('x')\nprint('six times seven is', 6 * 7)"
    source = tiny_book(code)
    lines: list[str] = []
    book = build(source, report=lines.append)
    assert "six times seven is 42" in (book.folder / "chapter.html").read_text(encoding="utf-8")
    assert book.first_page.is_file()
    assert book.first_page.as_uri() in "\n".join(lines)
    assert book.executions["chapter"].seconds > 0

    lines.clear()
    build(source, report=lines.append)
    assert runs.read_text() == "x"
    assert any("chapter: unchanged" in line for line in lines)


def test_a_build_collects_rarely_and_leaves_the_collector_as_it_was(tiny_book: Write, tmp_path: Path) -> None:
    before = gc.get_threshold()
    during: list[int] = []
    build(tiny_book(text="Words.\n"), report=lambda line: during.append(gc.get_threshold()[0]))
    assert set(during) == {50_000}
    assert gc.get_threshold() == before
    with pytest.raises(BookError):
        build(tmp_path / "nowhere")
    assert gc.get_threshold() == before


def test_changed_code_is_executed_again_and_changed_prose_is_not(tiny_book: Write, tmp_path: Path) -> None:
    lines: list[str] = []
    build(tiny_book("print(1)"), report=lines.append)
    book = build(tiny_book("print(1)", text="New words.\n"), report=lines.append)
    assert "chapter: unchanged" in "\n".join(lines)
    assert "New words." in (book.folder / "chapter.html").read_text(encoding="utf-8")
    lines.clear()
    book = build(tiny_book("print(2)"), report=lines.append)
    assert "chapter: executed" in "\n".join(lines)


def test_a_change_in_the_library_executes_the_chapter_again_and_renews_the_page(
    tiny_book: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = tmp_path / "number.txt"
    number.write_text("first")
    source = tiny_book(f"print(open({str(number)!r}).read())")
    build(source)
    number.write_text("second")
    monkeypatch.setattr("course_lib.book.execution.fingerprint", lambda code, folder: "another")
    book = build(source)
    assert "second" in (book.folder / "chapter.html").read_text(encoding="utf-8")


MEET = """\
import time
from pathlib import Path

Path({mine!r}).touch()
end = time.monotonic() + 60
while not Path({other!r}).exists():
    if time.monotonic() > end:
        raise TimeoutError("the other chapter has not begun")
    time.sleep(0.05)
print("They have met.")
"""


def test_chapters_are_executed_at_the_same_time(
    tiny_book: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("course_lib.book.build.os.cpu_count", lambda: 2)
    first, second = str(tmp_path / "first.here"), str(tmp_path / "second.here")
    source = tiny_book(MEET.format(mine=first, other=second))
    (source / "second.md").write_text(CHAPTER + cell(MEET.format(mine=second, other=first)))
    with (source / "_toc.yml").open("a") as contents:
        contents.write("chapters:\n- file: second\n")
    lines: list[str] = []
    book = build(source, report=lines.append)
    for name in ("chapter", "second"):
        assert "They have met." in (book.folder / f"{name}.html").read_text(encoding="utf-8")
    assert any("up to 2 at a time" in line for line in lines)


def test_a_chapter_computes_with_one_thread_and_in_one_process_on_any_machine(tiny_book: Write) -> None:
    asked = "import joblib, torch\nprint('at once:', torch.get_num_threads(), joblib.effective_n_jobs(-1))"
    book = build(tiny_book(asked))
    assert "at once: 1 1" in (book.folder / "chapter.html").read_text(encoding="utf-8")


def test_a_build_that_executes_nothing_does_not_wait_for_torch(tiny_book: Write) -> None:
    asked = "import sys, pathlib, course_lib.book.build as b; b.build(pathlib.Path()); print('torch' in sys.modules)"
    python = [sys.executable, "-c", asked]
    said = subprocess.run(python, cwd=tiny_book(text="Words.\n"), check=True, capture_output=True, text=True).stdout
    assert said.splitlines()[-1] == "False"


def test_the_status_page_says_what_was_executed_and_follows_it(tiny_book: Write) -> None:
    write = partial(tiny_book, text="{ref}`x <here>`\n\n(here)=\n## Status\n\n```{execution-status}\n```\n")
    for code in ("1 + 1", "1 + 2"):
        book = build(write(code))
        page = (book.folder / "chapter.html").read_text(encoding="utf-8")
        assert f"{book.executions['chapter'].when:%Y-%m-%d %H:%M}" in page
        assert f">{book.executions['chapter'].seconds:.0f}</span></p>" in page


def test_jupyter_books_own_command_does_not_show_what_is_stale(
    tiny_book: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chapters = read_chapters(tiny_book("print(1)"))
    cache = tmp_path / "cache"
    execute(chapters, cache, workers=1)
    forget_stale(chapters, cache)
    assert get_cache(str(cache)).list_cache_records()
    monkeypatch.setattr("course_lib.book.execution.fingerprint", lambda code, folder: "another")
    forget_stale(chapters, cache)
    assert not get_cache(str(cache)).list_cache_records()


def test_a_chapter_that_raises_is_named_with_its_cell_and_its_error(tiny_book: Write) -> None:
    source = tiny_book("rate = 0.1", "steps = 3\nrate / (steps - 3)")
    result = CliRunner().invoke(app, ["book", str(source)])
    assert result.exit_code == 2
    said = result.stderr
    assert "chapter.md, code cell 2 (line 12)" in said
    assert "rate / (steps - 3)" in said
    assert "ZeroDivisionError" in said
    assert "sphinx" not in said.lower()
    assert not (source / "_build" / "html").exists()


def test_a_cell_that_is_too_slow_is_named(tiny_book: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("course_lib.book.execution.CELL_SECONDS", 1)
    with pytest.raises(BookError, match=r"code cell 2 .*\n    import time; time.sleep\(60\)\n.*more than 1 s"):
        build(tiny_book("print(1)", "import time; time.sleep(60)"))


def test_a_kernel_that_dies_is_reported(tiny_book: Write) -> None:
    with pytest.raises(BookError, match="the kernel died"):
        build(tiny_book("import os; os._exit(1)"))


def test_a_warning_fails_the_build_each_time(tiny_book: Write) -> None:
    source = tiny_book(text="See {doc}`nowhere`.\n")
    for _ in range(2):
        with pytest.raises(BookError, match="nowhere"):
            build(source)
    build(tiny_book(text="See nothing.\n"))


def test_an_image_without_alternative_text_fails_the_build(tiny_book: Write) -> None:
    source = tiny_book(text="![](dot.svg)\n")
    (source / "dot.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>')
    with pytest.raises(BookError, match=r"alternative text: dot\.svg"):
        build(source)


def test_a_given_figure_is_marked_on_the_page(tiny_book: Write) -> None:
    book = build(tiny_book(text="A rate of {given}`0.1`.\n"))
    assert '<span class="given">0.1</span>' in (book.folder / "chapter.html").read_text(encoding="utf-8")


def test_a_folder_without_a_book_says_what_it_lacks(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["book", str(tmp_path)])
    assert result.exit_code == 2
    assert "no _toc.yml" in result.stderr


def test_a_page_that_does_not_exist_is_named(tiny_book: Write) -> None:
    source = tiny_book()
    (source / "_toc.yml").write_text("format: jb-book\nroot: chapter\nchapters:\n- file: gone\n")
    with pytest.raises(BookError, match="gone"):
        build(source)


def test_a_dead_weak_reference_of_another_library_does_not_stop_the_build(tiny_book: Write) -> None:
    class Gone:
        """What the reference was to."""

    left = [weakref.proxy(Gone())]
    build(tiny_book())
    assert len(left) == 1
