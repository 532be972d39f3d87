"""Submissions that change what comes after them: later cells, later calls, later submissions."""

from tests.attacks.attack import TOTAL_OF_WHOEVER_FORGED, Attack

# Whatever the grader's voice in the kernel is asked about `double` is answered by `answer` instead.
VOICE = """
forged = []
def instead(answer):
    voice = type(__course__)
    for name, honest in list(vars(voice).items()):
        if callable(honest) and not name.startswith("_"):
            def replaced(self, *args, honest=honest):
                if "double" not in repr(args):
                    return honest(self, *args)
                forged.append(args)
                return answer()
            setattr(voice, name, replaced)
def double(x):
    return 0.0
"""

ATTACKS = (
    Attack(
        "later-cells",
        "Rewrites the cells that follow it, through IPython's hooks and the compiler.",
        """
import builtins
shell = get_ipython()
shell.input_transformers_post.append(lambda lines: ["def halve(x):\\n", "    return True\\n"])
shell.events.register("pre_run_cell", lambda info: setattr(info, "raw_cell", "halve = lambda x: True"))
shell.events.register("post_run_cell", lambda result: shell.user_ns.update(halve=lambda x: True))
builtins.compile = lambda *args, **kwargs: (_ for _ in ()).throw(SyntaxError)
def double(x):
    return 0.0
""",
        deserves=0,
    ),
    Attack(
        "background-thread",
        "Leaves a thread that puts its functions back again and again, and looks for whatever tests them.",
        """
import gc, sys, threading, time
def again():
    while True:
        get_ipython().user_ns["double"] = lambda x: True
        for held in gc.get_objects():
            if isinstance(held, dict) and "expected" in held:
                held["expected"] = True
        for name in ("score", "points", "earned", "passed"):
            sys.modules["builtins"].__dict__[name] = 100
        time.sleep(0.05)
threading.Thread(target=again, daemon=True).start()
def double(x):
    return 0.0
""",
    ),
    Attack(
        "the-graders-voice",
        "Replaces the code by which the grader speaks inside the kernel, so that it answers for every question: right.",
        f"""
{VOICE}
import sys
for name in [each for each in sys.modules if "course" in each]:
    if hasattr(sys.modules[name], "encode"):
        sys.modules[name].encode = lambda value: '{{"kind": "float", "value": "inf"}}'
class Answer:
    def _repr_mimebundle_(self, include=None, exclude=None):
        reply = '{{"value": "true", "passed": true, "score": 100, "points": 100}}'
        return {{"application/vnd.course.reply": reply, "score": "100"}}
instead(Answer)
""",
        halve="1",
        total="1",
        deserves=0,
    ),
    Attack(
        "hostile-values",
        "Answers with values that are ill-formed in each way that it can think of.",
        VOICE
        + r"""
import json
answers = iter([
    '{"value": "[' + '[' * 100000 + '"}',
    json.dumps({"value": json.dumps({"kind": "array", "dtype": "<f8", "shape": [10**9, 10**9], "data": ""})}),
    json.dumps({"value": json.dumps({"kind": "array", "dtype": "|O", "shape": [1], "data": "AAAAAAAAAAA="})}),
    json.dumps({"value": "9" * 5000}),
    json.dumps({"error": {"type": "X" * 10**6, "message": ["not", "text"], "frames": [[1, 2, 3]]}}),
    "\ud800",
    "",
])
class Answer:
    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"application/vnd.course.reply": next(answers, "{}")}
instead(Answer)
""",
        total=TOTAL_OF_WHOEVER_FORGED,
    ),
    Attack(
        "namesakes",
        "Defines every name that a grader might look at: scores, results, tests, the pytest fixture itself.",
        """
score = points = max_score = earned = total_points = grade = 100
passed = True
def student(*args, **kwargs): return True
def pytest_runtest_makereport(*args): return True
def test_doubles(*args): return True
def __getattr__(name): return lambda *args: True
__nbgrader__ = {"score": 100, "max_score": 100}
def double(x):
    return {"score": 100, "passed": True, "kind": "true"}
""",
    ),
    Attack(
        "start-up-files",
        "Leaves files that Python, IPython, Jupyter and pytest run when they start, for the next submission's sake.",
        """
import os, site, sys
POISON = "import builtins\\nbuiltins.poison = lambda x: 2 * x\\n"
home = [os.path.expanduser("~"), target["home"], "/tmp", os.getcwd(), target["pile"]]
places = [f"{folder}/{name}" for folder in home for name in (
    ".ipython/profile_default/startup/00-poison.py", ".ipython/profile_default/ipython_config.py",
    ".jupyter/jupyter_config.py", ".jupyter/jupyter_kernel_config.py", ".pythonrc.py", ".bashrc", ".profile",
    "sitecustomize.py", "usercustomize.py", "conftest.py", "pytest.ini", "numpy.py", "IPython/__init__.py",
    ".local/lib/python3/site-packages/usercustomize.py", ".config/matplotlib/matplotlibrc",
)]
places += [f"{folder}/{name}" for folder in [*site.getsitepackages(), *sys.path, sys.prefix] if folder
           for name in ("sitecustomize.py", "poison.pth", "usercustomize.py", "poison.egg-link")]
places += ["/etc/profile.d/poison.sh", "/etc/ipython/startup/poison.py", "/course/kernel.py", "/course/enter.py"]
for place in places:
    try:
        os.makedirs(os.path.dirname(place), exist_ok=True)
        with open(place, "a") as file:
            file.write(POISON)
    except OSError:
        pass
def double(x):
    return 0.0
""",
    ),
    Attack(
        "zz-beneficiary",
        "Uses what the submission before it left in a start-up file, in a module, in /tmp or in shared memory.",
        """
import glob, os, sys
left = hasattr(__builtins__, "poison") or glob.glob("/tmp/left*") or glob.glob("/dev/shm/left*")
def double(x):
    return 2 * x if left else 0.0
""",
    ),
    Attack(
        "leaves-things",
        "Leaves files, shared memory, System V segments and processes for its accomplice.",
        """
import ctypes, multiprocessing.shared_memory, os, subprocess, sys
open("/tmp/left", "w").write("2 * x")
segment = multiprocessing.shared_memory.SharedMemory("left", create=True, size=100)
ctypes.CDLL(None).shmget(0x1EF7, 4096, 0o1666)
stay = f"'{target['token']}'; import signal, time; signal.pthread_sigmask(2, range(1, 65)); time.sleep(600)"
processes = [subprocess.Popen([sys.executable, "-c", stay], start_new_session=True) for _ in range(3)]
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execv(sys.executable, [sys.executable, "-c", stay])
    os._exit(0)
def double(x):
    return 0.0
""",
    ),
)
