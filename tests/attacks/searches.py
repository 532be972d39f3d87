"""Submissions that look for secrets: whoever finds one can double, so that a point shows it."""

from tests.attacks.attack import Attack

SEARCH = r"""
import gc, glob, io, os, re, sys
SOUGHT = re.compile(rb"CAN" + rb"ARY-[0-9a-f]{16}")
def read(path, size=200_000):
    try:
        with open(path, "rb") as file:
            return file.read(size)
    except (OSError, ValueError):
        return b""
def files(*roots):
    for root in roots:
        yield read(root)
        for folder, folders, names in os.walk(root):
            folders[:] = [each for each in folders if each not in ("proc", "sys", "usr", "site-packages", "lib")]
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
            yield from (read(each) for each in glob.glob(os.path.dirname(found) + "/*"))
def memory():
    with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as held:
        for line in maps.read().splitlines():
            span, rights = line.split()[:2]
            start, end = (int(each, 16) for each in span.split("-"))
            if not rights.startswith("rw") or end - start > 200_000_000:
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
    for name in ("hidden_tests", "tests", "course_lib.grading", "course_lib.commands", "conftest", "nbgrader"):
        try:
            __import__(name)
        except BaseException:
            continue
    for module in list(sys.modules.values()):
        for value in list(vars(module).values()) if hasattr(module, "__dict__") else ():
            if isinstance(value, str | bytes):
                yield value if isinstance(value, bytes) else value.encode(errors="replace")
def knows(texts):
    return any(SOUGHT.search(text) for text in texts)
"""


def _search(name: str, where: str, how: str) -> Attack:
    return Attack(
        name,
        f"Looks for secrets {where}.",
        f"{SEARCH}\nfound = knows({how})\ndef double(x):\n    return 2 * x if found or knows({how}) else 0.0",
    )


def _control(name: str, how: str, plant: str) -> Attack:
    """The same search where something is planted: it must find it, or that it finds nothing elsewhere says nothing."""
    value = "planted = 'CANARY' + '-' + '0123456789abcdef'"
    answer = f"def double(x):\n    return 2 * x if knows({how}) else 0.0"
    return Attack(
        f"control-{name}",
        f"No attack: finds by {how} what was planted.",
        "\n".join([SEARCH, value, plant, answer]),
        deserves=7,
    )


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
    _search("siblings", "in the folders of other students", "files(target['pile'], '..', '../..')"),
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

CONTROLS = (
    _control("disk", "files('/')", "open('/tmp/planted', 'w').write(planted)"),
    _control("environment", "environment()", "os.environ['PLANTED'] = planted"),
    _control("memory", "memory()", ""),
    _control("garbage", "collected()", ""),
    _control("frames", "frames()", ""),
    _control("history", "history()", "open('/tmp/history.sqlite', 'w').write(planted)"),
    _control("descriptors", "descriptors()", "held = open('/tmp/planted', 'w+'); held.write(planted); held.flush()"),
    _control("modules", "modules()", "sys.planted = planted"),
)
