import re
from pathlib import Path

import pytest

from course_lib.evidence import read_claims
from course_lib.evidence.experiments import EXPERIMENTS
from course_lib.sheet import SheetError
from tests.evidence.conftest import CLAIMS

BOOK = Path(__file__).parents[2] / "book"


def test_a_claim_is_read_whole(evidence):
    claims = read_claims(evidence())
    comparison = claims["C1"].comparisons[0]
    assert (claims["C1"].experiment, comparison.name, comparison.a, comparison.b) == ("toy", "accuracy", ("a",), ("b",))
    assert claims["C2"].experiment is None


@pytest.mark.parametrize(
    ("before", "after", "line", "words"),
    [
        ("  literature: It is so.\n", "", 2, "C1: lacks the key literature"),
        ("  chapter: chapter\n", "  chapter: chapter\n  chaper: x\n", 4, "unknown key 'chaper'; did you mean chapter?"),
        ("direction: higher", "direction: up", 13, "direction: should be one of higher, lower, different"),
        ("unit: points", "unit: furlongs", 12, "unit: should be one of points, nats"),
        ("smallest_effect: 1.0", "smallest_effect: small", 14, "smallest_effect: should be a number"),
        ("smallest_effect: 1.0", "smallest_effect: .inf", 14, "smallest_effect: should be a finite number, got .inf"),
        ("smallest_effect: 1.0", "smallest_effect: .nan", 14, "smallest_effect: should be a finite number, got .nan"),
        ("sides: {a: side A, b: side B}", "sides: {a: side A}", 8, "sides: lacks the key b"),
        ("      measure: test_accuracy\n", "", 8, "accuracy: lacks the key measure"),
        ("  claim: A is better than B.", "  claim: 3", 2, "claim: should be a text"),
        ("  citation: [somebody2020]", "  citation: 5", 16, "citation: should be a text"),
        ("  claim: A is better than B.", "  claim:", 2, "claim: should be a text"),
        ("  chapter: chapter\n", "  chapter: chapter\n  factor: x\n", 9, "accuracy: lacks the key level"),
        ("  citation: [somebody2020]", "  citation: []", 16, "citation: should be a list with at least one entry"),
    ],
)
def test_an_error_names_file_line_and_key(evidence, before, after, line, words):
    folder = evidence(CLAIMS.replace(before, after, 1))
    with pytest.raises(SheetError) as error:
        read_claims(folder)
    assert str(error.value).startswith(f"{folder / 'claims.yml'}:{line}: ")
    assert words in str(error.value)


@pytest.mark.parametrize(("written", "number"), [("0x10", 16), ("1_000", 1000), ("-2.5e+1", -25)])
def test_a_number_may_be_written_in_every_way_that_yaml_has(evidence, written, number):
    claims = read_claims(evidence(CLAIMS.replace("smallest_effect: 1.0", f"smallest_effect: {written}", 1)))
    assert claims["C1"].comparisons[0].smallest_effect == number


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("D1: {a: 1}", "a claim's id should be C and a number"),
        ("C1: words", "C1: should be a mapping"),
        ("- C1", "should be a mapping"),
        ("C1: {a: 1, a: 2}", "the key 'a' is here twice"),
        ("C1: [", "not YAML"),
    ],
)
def test_what_is_no_file_of_claims_is_said_so(evidence, text, words):
    with pytest.raises(SheetError, match=re.escape(words)):
        read_claims(evidence(text))


def test_a_missing_file_is_said_so(tmp_path):
    with pytest.raises(SheetError, match="there is no such file"):
        read_claims(tmp_path)


def test_the_course_has_every_claim_with_sources_that_exist_and_experiments_that_exist():
    claims = read_claims(BOOK / "evidence")
    assert list(claims) == [f"C{number}" for number in range(1, 32)]
    keys = set(re.findall(r"^@\w+\{(\w+),", (BOOK / "references.bib").read_text(), re.MULTILINE))
    assert {key for claim in claims.values() for key in claim.citation} <= keys
    assert {claim.experiment for claim in claims.values()} - {None} == set(EXPERIMENTS)


@pytest.mark.parametrize(
    "claim", [c for c in read_claims(BOOK / "evidence").values() if c.experiment], ids=lambda c: c.id
)
def test_the_sides_that_a_claim_names_are_sides_of_its_experiment(claim):
    experiment = EXPERIMENTS[claim.experiment]
    scale = experiment.scales["full"]
    sides = experiment.sides(scale, dict.fromkeys(experiment.groups(scale), 0.1))
    for comparison in claim.comparisons:
        fixed = isinstance(comparison.b, float)
        assert set(comparison.a + (() if fixed else comparison.b)) <= set(sides)
