"""Hostile submissions: none gains a point, reads a secret, touches the host or stops the pile."""

from collections import Counter
from html.parser import HTMLParser

import pytest

from tests.attacks import endings, floods, later, lies, notebooks, outside, pages, replies, searches
from tests.attacks.attack import Attack
from tests.attacks.pile import FULL, GOOD, NUMBERS, graded, hand_in, host, word, written_out
from tests.conftest import needs

FAMILIES = (lies, endings, searches, later, replies, outside, pages)
ATTACKS = tuple(attack for family in FAMILIES for attack in family.ATTACKS)
ATTACKS += (searches.CONTROL, *floods.MEMORY, *notebooks.EDITED, *notebooks.BROKEN)
PATIENT = {
    "cell_seconds": 8,
    "call_seconds": 3,
    "submission_seconds": 40,
    "output_bytes": 1_000_000,
    "memory_bytes": 600_000_000,
}
TIGHT = {
    "cell_seconds": 3,
    "call_seconds": 2,
    "submission_seconds": 20,
    "memory_bytes": 600_000_000,
    "output_bytes": 1_000_000,
    "processes": 128,
    "file_bytes": 16_000_000,
}

# Each pile is graded once, so one worker takes all that is asked about it.
pytestmark = [pytest.mark.slow, needs("bwrap")]


def _outcome(folder, attacks, limits):
    with host(folder) as machine:
        hand_in(machine, attacks)
        yield graded(machine, limits)


@pytest.fixture(scope="module")
def patient(tmp_path_factory):
    yield from _outcome(tmp_path_factory.mktemp("patient"), ATTACKS, PATIENT)


@pytest.fixture(scope="module")
def tight(tmp_path_factory):
    yield from _outcome(tmp_path_factory.mktemp("tight"), floods.ATTACKS, TIGHT)


@pytest.fixture(params=["patient", "tight"])
def outcome(request):
    return request.getfixturevalue(request.param)


def gains_what_it_deserves(attack: Attack, outcome):
    row = outcome.rows[written_out(attack.name)]
    if attack.deserves is None:
        assert row.score is None
    else:
        least = attack.deserves if attack.at_least is None else attack.at_least
        assert row.score is not None, row.status
        assert least <= row.score <= attack.deserves, row
    assert word(row.status) in attack.status, row


def each(attacks):
    """A case an attack. One that wins as things are is expected to fail, and its test stays as strict as the others."""
    marks = [[pytest.mark.xfail(strict=True, reason=attack.wins)] if attack.wins else [] for attack in attacks]
    return [
        pytest.param(attack, id=ascii(attack.name), marks=mark) for attack, mark in zip(attacks, marks, strict=True)
    ]


@pytest.mark.parametrize("attack", each(ATTACKS))
def test_it_gains_no_point(attack, patient):
    gains_what_it_deserves(attack, patient)


@pytest.mark.parametrize("attack", each(floods.ATTACKS))
def test_a_flood_is_stopped_and_gains_no_point(attack, tight):
    gains_what_it_deserves(attack, tight)


def test_those_beside_it_get_full_marks(outcome):
    assert {name: outcome.rows[name].score for name in GOOD} == dict.fromkeys(GOOD, FULL)


def test_each_submission_has_one_line_and_one_page(outcome):
    handed_in = [path for path in outcome.host.pile.iterdir() if path.suffix == ".ipynb"]
    assert len(outcome.rows) == len(handed_in)
    assert Counter(name.rpartition(".")[2] for name in outcome.pages)["html"] == len(handed_in)


def test_no_secret_is_told_to_anyone(outcome):
    told = {**outcome.pages, "the terminal": outcome.said, "the scores": repr(outcome.rows)}
    secrets = [*outcome.host.secrets.values(), *NUMBERS]
    assert [(name, secret) for name, text in told.items() for secret in secrets if secret in text] == []


def test_nothing_on_the_host_is_touched(outcome):
    assert outcome.host.state() == outcome.before


def test_nothing_is_left_behind(outcome):
    assert outcome.host.left == []


def test_nobody_knocks_at_the_hosts_sockets(outcome):
    assert outcome.host.knocked == []


class Elements(HTMLParser):
    """The elements and attributes that a browser would make of a page."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def test_a_page_of_feedback_runs_and_loads_nothing(outcome):
    for name, text in outcome.pages.items():
        if not name.endswith(".html"):
            continue
        parser = Elements()
        parser.feed(text)
        tags = {tag for tag, _ in parser.found}
        assert tags.isdisjoint({"script", "img", "iframe", "object", "embed", "svg", "base", "form"}), name
        for _, attributes in parser.found:
            assert not any(key.startswith("on") or key in {"src", "srcdoc", "action"} for key in attributes), name
            assert not (attributes.get("href") or "#").lower().startswith(("javascript:", "data:", "http:", "//")), name
        assert "1337" not in text, f"{name}: a template of the student's was carried out"


def test_nothing_rewrites_the_instructors_terminal(outcome):
    everything = outcome.said + "".join(outcome.pages.values()) + repr(outcome.rows)
    unseen = {char for char in everything if not char.isprintable() and char not in "\n\r\t"}
    assert unseen == set()


def test_no_cell_of_the_score_sheet_is_a_formula(outcome):
    text = (outcome.host.out / "scores.csv").read_text(encoding="utf-8")
    cells = [cell for line in text.splitlines() for cell in line.split(",")]
    assert [cell for cell in cells if cell.strip('"').startswith(("=", "+", "-", "@"))] == []


def test_no_two_attacks_are_the_same():
    names = Counter(attack.name for attack in (*ATTACKS, *floods.ATTACKS))
    assert max(names.values()) == 1
    assert len(names) >= 100
