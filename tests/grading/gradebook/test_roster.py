"""Rosters that are taken, and those that are not."""

import pytest
from sqlalchemy import select

from course_lib.grading.gradebook import schema
from course_lib.grading.gradebook.roster import BadRoster, parse, store
from course_lib.grading.gradebook.standing import students
from course_lib.grading.gradebook.store import open_gradebook


def test_columns_come_in_any_order_and_a_spreadsheets_mark_is_no_part_of_them():
    (entry,) = parse("\ufeffname, id ,canvas_id,github\r\nJane Doe, s1 ,77,jane-doe\r\n")
    assert (entry.student.id, entry.student.name, entry.student.canvas_id) == ("s1", "Jane Doe", "77")
    assert entry.student.on_roster


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "needs the column `id`"),
        ("name\nann\n", "needs the column `id`"),
        ("id;name\nann;Ann\n", "commas between the columns, not semicolons"),
        ("ID,name\nann,Ann\n", "write it in small letters"),
        ("id,nmae\nann,x\n", "no column is called 'nmae'"),
        ("id,name,name\nann,x,y\n", "two columns 'name'"),
        ("id\nann\nANN\n", "two students have the id 'ANN'"),
        ("id,canvas_id\nann,1\nbob,1\n", "two students have the canvas_id '1'"),
        ("id\n=ann\n", "line 2: an id starts with"),
        ("id\n../ann\n", "line 2: an id starts with"),
        ("id\na..b\n", "line 2: an id starts with"),
        ('id\n""\n', "line 2: an id starts with"),
        ("id,canvas_id\nann,=1\n", "line 2: canvas_id starts with"),
        ("id,email\nann,=1+1@example.org\n", "line 2: email"),
        ('id,name\nann,"two\nlines"\n', "line 3: name holds a line break"),
        ("id,name\nann\n", "line 2: it has not as many cells"),
        ("id,name\nann,b,c\n", "line 2: it has not as many cells"),
        ("id,extension:tiny\nann,soon\n", "line 2: an extension is a number of days"),
        ("id,extension:tiny\nann,-1\n", "at least 0, not '-1'"),
        ("id,extension:tiny\nann,nan\n", "at least 0, not 'nan'"),
        ('id\n"ann\n', "line"),
    ],
)
def test_a_roster_that_cannot_be_taken_is_named_by_its_line(text, words):
    with pytest.raises(BadRoster, match=words):
        parse(text)


def test_a_new_roster_replaces_the_old_one_and_its_extensions(tmp_path):
    book = open_gradebook(tmp_path / "g.sqlite", create=True)
    store(book, parse("id,name,extension:tiny\nann,Ann,2\nbob,Bob,\n"))
    store(book, parse("id,name\nann,Ann Other\n"))
    with book.reading() as connection:
        found = students(connection)
        assert connection.execute(select(schema.extensions)).all() == []
    assert (found["ann"].name, found["ann"].on_roster, found["bob"].on_roster) == ("Ann Other", True, False)
