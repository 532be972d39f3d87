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

from course_lib.grading.examination.inside import encoding, values
from course_lib.grading.examination.inside.encoding import encode
from course_lib.grading.examination.inside.values import REASONS, Reference, Refused, decode

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


def lie(*names: str, gives: Any) -> dict[str, Any]:
    """Methods that give back something else than the truth."""
    return {name: lambda self, *args, **settings: gives for name in names} | {"__hash__": lambda self: 0}


NUMBER_LIES = lie("__eq__", "__float__", "__index__", "__int__", "__class__", "item", "bit_length", gives=42)
LyingFloat = type("LyingFloat", (float,), NUMBER_LIES)
LyingInt = type("LyingInt", (int,), NUMBER_LIES)
LyingNumPy = type("LyingNumPy", (np.float64,), lie("__eq__", "item", "__array__", gives=42.0))
LyingString = type("LyingString", (str,), lie("__eq__", "__str__", "encode", gives="other"))
LyingList = type("LyingList", (list,), lie("__iter__", "__len__", "__eq__", gives=iter("abc")))
LyingTuple = type("LyingTuple", (tuple,), lie("__iter__", "__len__", "__eq__", gives=iter("abc")))
LyingDict = type("LyingDict", (dict,), lie("items", "__iter__", "__len__", "__eq__", gives=[("x", 1)]))
LyingArray = type(
    "LyingArray",
    (np.ndarray,),
    lie("astype", "tobytes", "__array__", "__eq__", "item", gives=np.ones(9))
    | {"dtype": np.dtype("f4"), "shape": (1,), "nbytes": 1},
)


class Pretender:
    """Says that it is a float, and can be had as one, as an integer or as an array."""

    __class__ = float  # type: ignore[assignment]

    def __float__(self) -> float:
        return 42.0

    def __index__(self) -> int:
        return 42

    def __array__(self, *_: object, **__: object) -> np.ndarray[Any, Any]:
        return np.ones(2)


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (LyingFloat(0.5), 0.5),
        (LyingInt(7), 7),
        (LyingNumPy(0.5), 0.5),
        (LyingString("ann"), "ann"),
        (LyingList([5]), [5]),
        (LyingTuple((5,)), (5,)),
        (LyingDict(a=2), {"a": 2}),
        (np.float32(0.5), 0.5),
        (np.int64(3), 3),
        (np.bool_(True), True),
        (np.str_("ann"), "ann"),
        ({np.int64(3): 1}, {3: 1}),
    ],
    ids=lambda value: type(value).__name__,  # pytest would ask the value itself
)
def test_subclasses_arrive_as_the_plain_values_that_they_are_built_on(value, plain):
    assert same(decode(encode(value)), plain)


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (np.zeros(2).view(LyingArray), np.zeros(2)),
        (np.asfortranarray(np.arange(6.0).reshape(2, 3)), np.arange(6.0).reshape(2, 3)),
        (np.arange(9)[::-2], np.array([8, 6, 4, 2, 0])),
        (np.broadcast_to(np.float32(1), (2, 2)), np.ones((2, 2), np.float32)),
        (np.array(3.0), np.array(3.0)),
        (np.frombuffer(b"\x02\x01\x00", dtype="?"), np.array([True, True, False])),
        (1 + 2j, np.array(1 + 2j)),
        (np.complex64(1j), np.array(1j, np.complex64)),
        (torch.tensor([0.5, 1.0], requires_grad=True) * 2, np.array([1, 2], np.float32)),
        (torch.nn.Parameter(torch.ones(2)), np.ones(2, np.float32)),
        (torch.tensor(2.0), np.array(2, np.float32)),
        (torch.ones(2, dtype=torch.bfloat16), np.ones(2, np.float32)),
        (torch.ones(2, dtype=torch.float8_e4m3fn), np.ones(2, np.float32)),
        (torch.ones(2, dtype=torch.uint16), np.ones(2, np.uint16)),
        (torch.eye(2).to_sparse(), np.eye(2, dtype=np.float32)),
        (torch.tensor([1j], dtype=torch.cfloat).conj(), np.array([-1j], np.complex64)),
        (torch.arange(6).reshape(2, 3).T, np.arange(6).reshape(2, 3).T),
    ],
)
def test_arrays_and_tensors_of_every_kind_arrive_as_plain_arrays(value, plain):
    back = decode(encode(value))
    assert type(back) is np.ndarray
    assert (back.dtype, back.shape, back.flags.c_contiguous) == (plain.dtype, plain.shape, True)
    np.testing.assert_array_equal(back, plain)


@pytest.mark.filterwarnings("ignore:.*quant.*:UserWarning")
def test_a_quantised_tensor_arrives_as_the_numbers_it_stands_for():
    quantised = torch.quantize_per_tensor(torch.ones(2), 0.5, 0, torch.qint8)
    np.testing.assert_array_equal(decode(encode(quantised)), [1.0, 1.0])


def nested(depth: int) -> list[Any]:
    return [] if depth == 0 else [nested(depth - 1)]


def wide(depth: int) -> list[Any]:
    """Small in memory, for it is one list many times over; as text it would be 10 to the power of `depth` items."""
    made: list[Any] = [0]
    for _ in range(depth):
        made = [made] * 10
    return made


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (open, "builtin_function_or_method"),
        (iter([]), "list_iterator"),
        (object(), "object"),
        pytest.param(Pretender(), "Pretender", id="pretender"),
        (b"x", "bytes"),
        ({1, 2}, "set"),
        (np.array([object()]), "dtype object"),
        (np.array(["a"]), "dtype <U1"),
        (np.zeros(2, dtype=[("a", "f4")]), "something else than numbers"),
        (np.datetime64("2020"), "something else than numbers"),
        (np.longdouble(1), "something else than numbers"),
        (np.ma.array([1.0, 2.0], mask=[0, 1]), "masked"),
        (torch.empty(2, device="meta"), "tensor without plain numbers"),
        (nested(30), "nested"),
        pytest.param(10**5000, "digits", id="huge"),
        pytest.param("\ud800", "surrogate", id="half"),
        pytest.param({"\ud800": 1}, "surrogate", id="half key"),
        pytest.param([0] * (values.MAX_ITEMS + 1), "items", id="long"),
        (np.zeros(values.MAX_BYTES, dtype="u1"), "too large"),
    ],
)
def test_what_is_no_data_is_refused_by_name(value, words):
    with pytest.raises(Refused, match=words):
        encode(value)


def test_items_are_counted_where_they_are_written_and_not_where_they_lie(monkeypatch):
    monkeypatch.setattr(encoding, "MAX_ITEMS", 1000)
    assert decode(encode(wide(2))) == wide(2)
    with pytest.raises(Refused, match="too many items"):
        encode(wide(15))


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
        '{"kind": "dict", "items": [["a", 1], ["a", 2]]}',
        '{"kind": "dict", "items": [[1, 1], [true, 2]]}',
        '{"kind": "reference", "root": 1, "path": []}',
        '{"kind": "reference", "root": "names", "path": [["attribute", "f"]]}',
        pytest.param("[" + "[]," * 2_000_000 + "0]", id="wide"),
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


def test_a_forged_reference_is_refused_however_it_is_written():
    with pytest.raises(Refused):
        decode(encode([Reference(1)]))


json_trees = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["<f8", "|b1", "AAAA"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["kind", "items", "value", "dtype", "shape", "data"]), inner, max_size=5)
        | st.builds(
            lambda kind, items: {
                "kind": kind,
                "items": items,
                "value": items,
                "shape": items,
                "dtype": "<f8",
                "data": "",
            },
            st.sampled_from(["float", "tuple", "dict", "array", "reference"]),
            inner,
        )
    ),
    max_leaves=15,
)
PLAIN = (type(None), bool, int, float, str, list, tuple, dict, np.ndarray)


def plain_all_through(value: Any) -> bool:
    if type(value) not in PLAIN:
        return False
    if isinstance(value, list | tuple):
        return all(map(plain_all_through, value))
    if isinstance(value, dict):
        return all(map(plain_all_through, [*value, *value.values()]))
    return True


@given(json_trees)
def test_whatever_arrives_is_plain_or_refused(tree):
    try:
        back = decode(json.dumps(tree))
    except Refused as error:
        assert error.reason in REASONS  # noqa: PT017 - either outcome is right
    else:
        assert plain_all_through(back)


@given(st.text() | st.binary().map(lambda raw: raw.decode("latin-1")))
def test_text_of_any_kind_is_plain_or_refused(text):
    try:
        back = decode(text)
    except Refused:
        return
    assert plain_all_through(back)


@given(trees, st.integers(0, 200), st.integers(0, 200))
def test_a_value_that_was_cut_or_mixed_up_on_its_way_is_plain_or_refused(value, start, length):
    text = encode(value)
    try:
        back = decode(text[:start] + text[start + length :])
    except Refused:
        return
    assert plain_all_through(back)
