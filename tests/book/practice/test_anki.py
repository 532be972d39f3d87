import json
import sqlite3
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from course_lib.book.practice.anki import deck, number, to_html, write
from course_lib.book.practice.source import Card, Practice, read
from course_lib.sheet import SheetError, Text
from tests.book.practice.conftest import PRACTICE, Write
from tests.conftest import needs_package


@pytest.fixture
def practice(sheet: Write) -> Practice:
    return read(sheet(PRACTICE.format(name="noise")))


def said(text: str) -> Text:
    return Text(text, Path("cards.yml"), 7)


def contents(path: Path, folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """What Anki would read from a deck."""
    folder.mkdir()
    with zipfile.ZipFile(path) as packed:
        packed.extract("collection.anki2", folder)
        assert json.loads(packed.read("media")) == {}
    with sqlite3.connect(folder / "collection.anki2") as base:
        models, decks = base.execute("select models, decks from col").fetchone()
        return {
            "notes": base.execute("select guid, mid, flds from notes order by id").fetchall(),
            "models": [(int(key),) for key in json.loads(models)],
            "decks": sorted((int(key), kind["name"]) for key, kind in json.loads(decks).items() if key != "1"),
        }


def test_a_deck_with_other_texts_keeps_every_number_that_a_learners_progress_hangs_on(
    practice: Practice, tmp_path: Path
) -> None:
    cards = tuple(replace(card, front=said("Asked otherwise"), back=said("New")) for card in practice.cards)
    changed = replace(practice, cards=(*cards, Card("new", said("One more"), said("Yes")))[::-1])
    write([deck("03-annealing", "Annealing", practice)], tmp_path / "old.apkg", 1000.0)
    write([deck("03-annealing", "Annealing, mended", changed)], tmp_path / "new.apkg", 2000.0)
    old, new = contents(tmp_path / "old.apkg", tmp_path / "old"), contents(tmp_path / "new.apkg", tmp_path / "new")
    assert {note[0] for note in old["notes"]} < {note[0] for note in new["notes"]}
    assert len(new["notes"]) == len(old["notes"]) + 1
    assert {note[2] for note in old["notes"]}.isdisjoint(note[2] for note in new["notes"])
    assert old["models"] == new["models"]
    assert [found[0] for found in old["decks"]] == [found[0] for found in new["decks"]] == [number("03-annealing")]
    assert old["decks"][0][1] == "Training Dynamics::Annealing"


@pytest.mark.slow
@needs_package("anki")
def test_anki_takes_a_mended_deck_and_what_was_learned_stays(practice: Practice, tmp_path: Path) -> None:
    from anki.collection import Collection, ImportAnkiPackageRequest

    mended = replace(practice, cards=tuple(replace(card, back=said("Mended")) for card in practice.cards))
    write([deck("03-annealing", "Annealing", practice)], tmp_path / "old.apkg", 1000.0)
    write([deck("03-annealing", "Annealing", mended)], tmp_path / "new.apkg", 2000.0)
    collection = Collection(str(tmp_path / "learner.anki2"))
    try:
        first = collection.import_anki_package(ImportAnkiPackageRequest(package_path=str(tmp_path / "old.apkg"))).log
        assert len(first.new) == len(practice.cards)
        (name,) = (each.id for each in collection.decks.all_names_and_ids() if each.name.endswith("::Annealing"))
        collection.decks.set_current(name)
        learned = collection.sched.getCard()
        assert learned is not None
        learned.start_timer()
        collection.sched.answerCard(learned, 4)
        before = collection.get_card(learned.id)
        assert before.reps == 1

        second = collection.import_anki_package(ImportAnkiPackageRequest(package_path=str(tmp_path / "new.apkg"))).log
        assert (len(second.new), len(second.updated)) == (0, len(practice.cards))
        after = collection.get_card(learned.id)
        assert "Mended" in after.answer()
        assert (after.reps, after.ivl, after.due) == (before.reps, before.ivl, before.due)
        assert collection.card_count() == len(practice.cards)
    finally:
        collection.close()


def test_the_numbers_are_those_of_the_decks_that_readers_have(practice: Practice) -> None:
    assert number("03-annealing") == 1920852115
    assert number("model") == 1816465416
    assert deck("03-annealing", "Annealing", practice).notes[0].guid == "Dv7]Ne$b}C"


def test_the_same_id_in_two_chapters_is_two_notes(practice: Practice) -> None:
    first, second = (deck(page, page, practice) for page in ("02-calibration", "03-annealing"))
    assert {note.guid for note in first.notes}.isdisjoint(note.guid for note in second.notes)
    assert first.deck_id != second.deck_id


def test_the_course_is_one_file_with_all_decks(practice: Practice, tmp_path: Path) -> None:
    decks = [deck(page, page, practice) for page in ("02-calibration", "03-annealing")]
    write(decks, tmp_path / "course.apkg", 1000.0)
    found = contents(tmp_path / "course.apkg", tmp_path / "course")
    assert [name for _, name in found["decks"]] == sorted(
        (f"Training Dynamics::{page}" for page in ("02-calibration", "03-annealing")),
        key=lambda name: number(name.removeprefix("Training Dynamics::")),
    )
    assert len(found["notes"]) == 2 * len(practice.cards)


def test_the_same_texts_give_the_same_bytes(practice: Practice, tmp_path: Path) -> None:
    for name in ("one", "two"):
        write([deck("03-annealing", "Annealing", practice)], tmp_path / name, 1000.0)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (r"Half of $\eta < 1$, *soon*", r"<p>Half of \(\eta &lt; 1\), <em>soon</em></p>"),
        ("The {term}`floor <noise floor>` of {given}`0.1`, a {term}`seed`", "<p>The floor of 0.1, a seed</p>"),
        ("$$ V = 1 $$", r"\[V = 1\]"),
        ("`t // K` & more", "<p><code>t // K</code> &amp; more</p>"),
    ],
)
def test_a_side_of_a_card_is_html_with_maths_for_anki(text: str, html: str) -> None:
    assert html in to_html(said(text))


def test_a_role_that_means_nothing_in_anki_is_refused_with_its_place() -> None:
    with pytest.raises(SheetError, match=r"cards\.yml:7: .*\{cite:t\} leads nowhere"):
        to_html(said("By {cite:t}`robbins1951`"))
