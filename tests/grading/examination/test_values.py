"""What crosses the border, and what is turned back there."""

import base64
import json
import math
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from course_lib.grading.examination.inside import values
from course_lib.grading.examination.inside.values import Refused, decode, encode

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
keys = st.text() | st.integers()
trees = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.tuples(inner, inner) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=20,
)


def same(left: Any, right: Any) -> bool:
    if type(left) is not type(right):
        return False
    if isinstance(left, float):
        return left == right or (math.isnan(left) and math.isnan(right))
    if isinstance(left, list | tuple):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict):
        return list(left) == list(right) and all(same(left[key], right[key]) for key in left)
    return left == right


@given(trees)
def test_plain_values_come_back_as_they_were(value):
    assert same(decode(encode(value)), value)


@given(
    arrays.arrays(st.sampled_from(["<f4", ">f8", "i8", "u1", "?", "c16"]), arrays.array_shapes(min_dims=0, min_side=0))
)
def test_arrays_keep_their_type_shape_and_values(array):
    back = decode(encode(array))
    assert back.dtype == array.dtype.newbyteorder("=")
    assert back.shape == array.shape
    np.testing.assert_array_equal(back, array)


def test_a_decoded_array_is_the_readers_own():
    decode(encode(np.zeros(3)))[0] = 1


class LyingFloat(float):
    def __eq__(self, other):
        return True

    __hash__ = float.__hash__

    def __float__(self):
        return 42.0


class LyingArray(np.ndarray):
    def __eq__(self, other):
        return True


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (LyingFloat(0.5), 0.5),
        (np.float32(0.5), 0.5),
        (np.int64(3), 3),
        (np.bool_(True), True),
        (type("Name", (str,), {"__eq__": lambda self, other: True, "__hash__": str.__hash__})("ann"), "ann"),
    ],
)
def test_subclasses_arrive_as_plain_values(value, plain):
    back = decode(encode(value))
    assert type(back) is type(plain)
    assert back == plain


def test_an_array_with_a_lying_equality_arrives_as_a_plain_array():
    assert type(decode(encode(np.zeros(2).view(LyingArray)))) is np.ndarray


def test_tensors_arrive_as_arrays():
    tensor = torch.tensor([0.5, 1.0], requires_grad=True)
    np.testing.assert_array_equal(decode(encode(tensor)), [0.5, 1.0])


def nested(depth: int) -> list[Any]:
    return [] if depth == 0 else [nested(depth - 1)]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (open, "builtin_function_or_method"),
        (iter([]), "list_iterator"),
        (object(), "object"),
        (np.array([object()]), "dtype object"),
        (np.array(["a"]), "dtype <U1"),
        (torch.zeros(2, dtype=torch.bfloat16), "bfloat16"),
        (nested(30), "nested"),
        pytest.param(10**5000, "bits", id="huge"),
        pytest.param("\ud800", "surrogate", id="half"),
        pytest.param([0] * (values.MAX_ITEMS + 1), "items", id="long"),
        (np.zeros(values.MAX_BYTES, dtype="u1"), "larger"),
    ],
)
def test_what_is_no_data_is_refused_by_name(value, words):
    with pytest.raises(Refused, match=words):
        encode(value)


def array(**changes: Any) -> str:
    whole = {"kind": "array", "dtype": "<f8", "shape": [2], "data": base64.b64encode(bytes(16)).decode()}
    return json.dumps(whole | changes)


@pytest.mark.parametrize(
    "text",
    [
        array(shape=[3]),
        array(shape=[-2]),
        array(shape=[True, 2]),
        array(shape=[2.0]),
        array(shape=[1] * 33 + [2]),
        array(shape=[0, 10**12]),
        array(dtype="O"),
        array(dtype="<U4"),
        array(dtype="<f8,<f8"),
        array(dtype="|b1", shape=[16], data=base64.b64encode(b"\x02" * 16).decode()),
        array(data="not base64!"),
        array(data=None),
        '{"kind": "float", "value": "1e5"}',
        '{"kind": "pickle", "value": "x"}',
        '{"kind": "dict", "items": [[[1], 2]]}',
        '{"kind": "dict", "items": [[1]]}',
        '{"value": 1}',
        "NaN",
        "1e999",
        pytest.param("1" * 10_000, id="digits"),
        '"\\ud800"',
        pytest.param("[" * 200_000, id="nested"),
        "[" * 30 + "]" * 30,
        "",
        "[1,",
    ],
)
def test_a_forged_value_is_refused(text):
    with pytest.raises(Refused):
        decode(text)
