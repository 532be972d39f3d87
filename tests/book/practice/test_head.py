from docutils import nodes

from course_lib.book.practice.elements import element
from course_lib.book.practice.head import words_to_read


def test_only_what_is_read_from_beginning_to_end_counts_as_reading() -> None:
    read = nodes.paragraph("", "", nodes.Text("Four words and then "), nodes.emphasis("", "one"))
    page = nodes.section(
        "",
        read,
        nodes.paragraph("", "", nodes.math("", "a + b + c")),
        nodes.literal_block("", "x = 1 + 2"),
        nodes.container("", nodes.paragraph("", "what a cell printed"), classes=["cell"]),
        element("div", nodes.paragraph("", "a question of the quiz"), classes=["quiz", "practice"]),
        element("div", nodes.paragraph("", "Student. Why?"), classes=["dialogue"]),
    )
    assert words_to_read(page) == 5 + 2
