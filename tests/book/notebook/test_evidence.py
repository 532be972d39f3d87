"""Claims and figures of the record as a notebook has them."""

from pathlib import Path

import pytest

from course_lib.book.notebook.blocks import to_markdown
from course_lib.book.notebook.evidence import ClaimBlocks, Evidence
from course_lib.book.notebook.roles import Names, plain
from course_lib.evidence import RecordError
from course_lib.evidence.experiments import EXPERIMENTS
from course_lib.evidence.run import run
from tests.evidence.conftest import CLAIMS, TOY

TICKS = "```"


@pytest.fixture
def evidence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Evidence:
    monkeypatch.setitem(EXPERIMENTS, "toy", TOY)
    (tmp_path / "claims.yml").write_text(CLAIMS, encoding="utf-8")
    run(TOY, "full", tmp_path, report=lambda line: None)
    return Evidence(tmp_path)


def blocks(evidence: Evidence, *claims: str) -> str:
    text = "\n".join(f"{TICKS}{{claims}} {names}\n{TICKS}\n" for names in claims)
    citations = {"somebody2020": ("Body", "2020")}
    return to_markdown(text, Names(citations=citations), {"claims": ClaimBlocks(evidence)})


def test_a_claim_has_its_verdict_what_was_measured_and_the_literature(evidence: Evidence) -> None:
    said = blocks(evidence, "C1").split("</details>")[1].strip().splitlines()
    assert said[0] == "> **Claim C1: supported here.** A is better than B."
    assert "> - A: side A, mean 75.1 %" in said
    assert "> - A \N{MINUS SIGN} B: +5.0 percentage points [+5.0, +5.0], 10 seeds" in said
    assert any(line.startswith("> Means over paired seeds, with 95 % intervals; full scale, ") for line in said)
    assert said[-1] == "> **In the literature.** It is so. (Body, 2020)"
    assert all(line.startswith(">") for line in said)


def test_the_same_measurement_is_told_whole_once(evidence: Evidence) -> None:
    said = blocks(evidence, "C1", "C1")
    assert said.count("> - Expected: ") == 1
    assert said.count("> - Measured: already for claim C1: accuracy") == 1


def test_how_to_read_it_stands_once_before_the_first_that_has_been_run(evidence: Evidence) -> None:
    said = blocks(evidence, "C2", "C1", "C1 C2")
    assert said.count("How to read this") == 1
    before, after = said.split("<details><summary>How to read this</summary>")
    assert "Claim C2: not yet run" in before
    assert "**The interval.** In brackets" in after.split("Claim C1")[0]


def test_a_figure_of_the_record_is_the_figure(evidence: Evidence) -> None:
    names = Names(judged=evidence.judged)
    text = "Over {record}`C1.accuracy.seeds` seeds {record}`C1.accuracy.mean:+.1f`, at {record}`C1.accuracy.lr_a`."
    assert plain(text, names) == "Over 10 seeds +5.0, at 0.1."


def test_what_is_not_in_the_record_is_an_error(evidence: Evidence) -> None:
    with pytest.raises(RecordError, match="no claim is called 'C7'; there is: C1, C2"):
        blocks(evidence, "C7")
    with pytest.raises(RecordError, match="there is no record here to ask for C1"):
        plain("{record}`C1.accuracy.mean`", Names())
