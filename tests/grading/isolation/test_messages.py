"""What a kernel says is rebuilt from its parts, whatever it writes."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.grading.isolation.messages import REPLIES, Nonsense, broadcast, reply

BROADCASTS = ["status", "stream", "display_data", "update_display_data", "execute_result", "execute_input", "error"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)
NAMES = ["status", "user_expressions", "data", "text", "name", "traceback", "ename", "execution_count", "transient"]
CONTENT = st.dictionaries(st.sampled_from(NAMES) | st.text(), JSON, max_size=6)


@given(st.sampled_from(sorted(set(REPLIES.values()))), JSON | CONTENT)
def test_whatever_a_kernel_replies_comes_out_as_the_protocol_has_it_or_not_at_all(kind, content):
    try:
        rebuilt = reply(kind, content)
    except Nonsense:
        return
    assert rebuilt["status"] in {"ok", "error", "aborted", "complete", "incomplete", "invalid", "unknown"}
    json.dumps(rebuilt).encode()


@given(st.sampled_from(BROADCASTS), JSON | CONTENT)
def test_whatever_a_kernel_broadcasts_comes_out_as_the_protocol_has_it_or_not_at_all(kind, content):
    try:
        rebuilt = broadcast(kind, content)
    except Nonsense:
        return
    assert not {"comm_id", "payload"} & rebuilt.keys()
    json.dumps(rebuilt, allow_nan=False).encode()


def test_a_value_and_an_error_pass_as_they_are():
    value = {"status": "ok", "data": {"text/plain": "1"}, "metadata": {}}
    content = {"status": "ok", "execution_count": 3, "payload": [], "user_expressions": {"a": value}}
    assert reply("execute_reply", content) == content
    error = {"status": "error", "ename": "ValueError", "evalue": "no", "traceback": ["ValueError: no"]}
    assert reply("execute_reply", error) == {**error, "execution_count": None}


def test_an_image_passes_and_what_is_no_text_does_not():
    data = {"image/png": "aGVsbG8=", "application/json": {"deep": [1]}}
    assert broadcast("display_data", {"data": data, "metadata": {"x": 1}}) == {
        "data": {"image/png": "aGVsbG8="},
        "metadata": {},
    }


@pytest.mark.parametrize("kind", ["comm_open", "comm_msg", "execute_reply", "shutdown_reply", "iopub_welcome", ""])
def test_a_broadcast_of_another_kind_is_nonsense(kind):
    with pytest.raises(Nonsense):
        broadcast(kind, {})


def test_half_a_character_is_replaced():
    assert broadcast("stream", {"name": "stdout", "text": "a\udc80"}) == {"name": "stdout", "text": "a?"}


def test_what_a_kernel_says_of_itself_is_not_passed_on():
    assert reply("kernel_info_reply", {"status": "ok", "banner": "<script>"})["banner"] == ""
