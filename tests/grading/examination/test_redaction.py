"""What an error message may show of a hidden test's inputs: nothing."""

import pytest

from course_lib.grading.examination.redaction import shown_kind, shown_message


@pytest.mark.parametrize(
    "message",
    [
        "unsupported operand type(s) for *: 'int' and 'NoneType'",
        "name 'np' is not defined",
        "'float' object is not subscriptable",
        "list index out of range",
        "division by zero",
        "maximum recursion depth exceeded",
        "can't multiply sequence by non-int of type 'float'",
        "The truth value of an array with more than one element is ambiguous. Use a.any() or a.all()",
    ],
)
def test_pythons_own_words_are_shown(message):
    assert shown_message(message, "") == message


def test_the_students_own_names_are_shown():
    assert shown_message("f() missing 1 required positional argument: 'steps'", "def f(steps): ...") == (
        "f() missing … required positional argument: 'steps'"
    )


@pytest.mark.parametrize(
    "message", ["[0.25, 17]", "steps=17 lr=1e-05", "0x11", "\u0661\u0667", "abcdefgh", "zero point two"]
)
def test_a_message_made_of_inputs_shows_none_of_them(message):
    shown = shown_message(message, "def f(steps, lr):\n    raise ValueError(repr(steps), 0, 1, 2, 17, 25)")
    assert not any(char.isnumeric() for char in shown)
    assert "abcdefgh" not in shown
    assert "two" not in shown


def test_a_sentence_from_the_source_is_shown_whole():
    assert shown_message("needs 2 epochs", "raise ValueError('needs 2 epochs')") == "needs 2 epochs"


def test_a_type_made_from_inputs_is_not_shown():
    assert shown_kind("ValueError", "") == "ValueError"
    assert shown_kind("MyError", "class MyError(Exception): ...") == "MyError"
    assert shown_kind("X0p25", "type(f'X{lr}', (Exception,), {})") == "an exception"
    assert shown_kind("open", "") == "an exception"
