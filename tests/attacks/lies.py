"""Answers that would be taken for right if what compares them, or what they are compared by, were in their reach."""

from tests.attacks.attack import Attack

ATTACKS = (
    Attack(
        "numpy-asserts",
        "Makes every assertion of NumPy and unittest pass.",
        """
import unittest
import numpy, numpy.testing
for name in dir(numpy.testing):
    if name.startswith("assert"):
        setattr(numpy.testing, name, lambda *args, **kwargs: None)
for name in ("allclose", "array_equal", "isclose", "array_equiv"):
    setattr(numpy, name, lambda *args, **kwargs: True)
for name in dir(unittest.TestCase):
    if name.startswith("assert"):
        setattr(unittest.TestCase, name, lambda *args, **kwargs: None)
def double(x):
    return 0.0
""",
    ),
    Attack(
        "builtins",
        "Replaces the functions that comparisons are made of, in `builtins` and in `math`.",
        """
import builtins, math
builtins.abs = lambda value: 0
builtins.all = builtins.any = lambda values: True
builtins.round = lambda value, digits=0: 0
math.isclose = lambda *args, **kwargs: True
def double(x):
    return 0.0
""",
    ),
    Attack(
        "pytest-itself",
        "Replaces what pytest compares, asserts and reports by, should the tests come into this process.",
        """
import pytest, _pytest.runner, _pytest.reports
class Near:
    def __init__(self, *args, **kwargs): pass
    def __eq__(self, other): return True
pytest.approx = Near
_pytest.reports.TestReport.passed = property(lambda self: True)
_pytest.runner.check_interactive_exception = lambda *args: False
def double(x):
    return 0.0
""",
    ),
    Attack(
        "ipython-transformers",
        "Has IPython strike every assert from the cells that follow, and every comparison turned into True.",
        """
import ast
class Agreeable(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.copy_location(ast.Pass(), node)
    def visit_Compare(self, node):
        return ast.copy_location(ast.Constant(True), node)
get_ipython().ast_transformers.append(Agreeable())
get_ipython().input_transformers_cleanup.append(lambda lines: [line.replace("==", "!=") for line in lines])
def double(x):
    return 0.0
""",
    ),
    Attack(
        "equal-float",
        "Gives back a float that calls itself equal to everything.",
        """
class Equal(float):
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __sub__(self, other): return 0.0
    __rsub__ = __sub__
    def __abs__(self): return 0.0
    def __float__(self): return 1.030506
    def __repr__(self): return "1.030506"
    def __hash__(self): return 0
def double(x):
    return Equal(0)
""",
    ),
    Attack(
        "equal-array",
        "Gives back an array that answers every NumPy function with True.",
        """
import numpy as np
class Equal(np.ndarray):
    def __array_ufunc__(self, *args, **kwargs): return np.True_
    def __array_function__(self, *args, **kwargs): return True
    def __eq__(self, other): return np.True_
    def __bool__(self): return True
def double(x):
    return np.zeros(()).view(Equal)
""",
    ),
    Attack(
        "equal-object",
        "Gives back an object of no type of data that lies about its class, its length and its value.",
        """
class Liar:
    __class__ = float
    __array_interface__ = {"version": 3, "shape": (), "typestr": "<f8", "data": (8, True)}
    def __eq__(self, other): return True
    def __float__(self): return 1.030506
    def __array__(self, *args, **kwargs): raise SystemExit
    def __getattr__(self, name): return self
    def __call__(self, *args, **kwargs): return self
    def __len__(self): return 10**18
def double(x):
    return Liar()
""",
    ),
    Attack(
        "lying-dictionary",
        "Gives back containers that show other items to each who asks.",
        """
class List(list):
    def __iter__(self): return iter([1.030506] * 10)
    def __len__(self): return 1
    def __eq__(self, other): return True
class Dict(dict):
    def items(self): return [("kind", "float"), ("value", "nan")]
    def __eq__(self, other): return True
def double(x):
    return List([Dict()])
""",
    ),
    Attack(
        "not-a-number",
        "Gives back NaN, which some graders count as full marks.",
        "def double(x):\n    return float('nan')",
    ),
    Attack(
        "true-for-one",
        "Gives back True, which equals 1, and a fraction object that equals what it likes.",
        """
import fractions
class Fraction(fractions.Fraction):
    def __eq__(self, other): return True
def double(x):
    return True if x == 0.5 else Fraction(1)
""",
    ),
    Attack(
        "pickle",
        "Gives back an object whose unpickling runs a program, and overrides copying and pickling everywhere.",
        """
import copyreg, os, pickle
class Bomb:
    def __reduce__(self):
        return os.system, (f"touch {target['folders'][0]}/owned-{target['token']}",)
    __reduce_ex__ = lambda self, protocol: self.__reduce__()
copyreg.pickle(float, lambda value: Bomb().__reduce__())
class Text(str):
    __reduce__ = Bomb.__reduce__
def double(x):
    return Text(pickle.dumps(Bomb()).hex()) if x == 0.5 else Bomb()
""",
    ),
    Attack(
        "finalizer",
        "Leaves objects whose `__del__` and exit handlers would change results after the fact.",
        """
import atexit, os, sys, weakref
class Late:
    def __del__(self):
        try:
            with open(f"{target['folders'][0]}/owned-{target['token']}", "w") as file:
                file.write("score: 100")
        finally:
            os._exit(0)
late = Late()
late.self = late
atexit.register(lambda: os._exit(0))
weakref.finalize(late, os._exit, 0)
sys.modules["late"] = late
def double(x):
    return 0.0
""",
    ),
)
