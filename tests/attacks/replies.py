"""Kernels that are hostile to their client: they hold their own key and can write what they like on their sockets."""

from tests.attacks.attack import TOTAL_OF_WHOEVER_FORGED, Attack

# All of a kernel's messages go through its session, with the socket, the request and the identity at hand.
FORGE = """
kernel = get_ipython().kernel
honest = kernel.session.send
forged = []
def forging(forge):
    def send(stream, msg_or_type, content=None, parent=None, ident=None, **rest):
        request = (parent or {}).get("content") or {}
        if msg_or_type == "execute_reply" and "double" in str(request.get("user_expressions")):
            forged.append(request)
            return forge(stream, content, parent, ident)
        return honest(stream, msg_or_type, content, parent=parent, ident=ident, **rest)
    kernel.session.send = send
def value(text):
    data = {"application/vnd.course.reply": '{"value": ' + text + '}', "text/plain": "True"}
    return {"status": "ok", "execution_count": 1, "payload": [],
            "user_expressions": {"reply": {"status": "ok", "data": data, "metadata": {}}}}
def double(x):
    return 0.0
"""


def _forges(name: str, tries: str, body: str, **rest: object) -> Attack:
    lines = "\n".join(f"    {line}" for line in body.strip().splitlines())
    code = f"{FORGE}\ndef forge(stream, content, parent, ident):\n{lines}\nforging(forge)"
    return Attack(name, tries, code, total=TOTAL_OF_WHOEVER_FORGED, **rest)  # type: ignore[arg-type]


def _forges_batches(name: str, tries: str, text: str) -> Attack:
    """Single calls are answered in earnest, so that the batch decides."""
    code = f"""import json
{FORGE}
def double(x):
    return 2 * x
def forge(stream, content, parent, ident):
    if '"map"' not in str(forged[-1].get("user_expressions")):
        forged.pop()
        return honest(stream, "execute_reply", content, parent=parent, ident=ident)
    data = {{"application/vnd.course.reply": {text}, "text/plain": "True"}}
    reply = {{"status": "ok", "data": data, "metadata": {{}}}}
    content = {{"status": "ok", "execution_count": 1, "payload": [], "user_expressions": {{"reply": reply}}}}
    return honest(stream, "execute_reply", content, parent=parent, ident=ident)
forging(forge)"""
    return Attack(name, tries, code, total=TOTAL_OF_WHOEVER_FORGED)


ATTACKS = (
    _forges(
        "forged-reply",
        "Answers first with a reply of its own, then with the true one.",
        """
for text in ('"true"', '"1e999"', '"NaN"', '{"passed": true}', '"1"'):
    honest(stream, "execute_reply", value(text), parent=parent, ident=ident)
return honest(stream, "execute_reply", content, parent=parent, ident=ident)
""",
    ),
    _forges(
        "forged-score",
        "Puts scores and results into the reply, its header and its metadata.",
        """
forged = value('"true"') | {"score": 100, "passed": True, "results": [{"name": "test_doubles", "passed": True}]}
return honest(stream, "execute_reply", forged, parent=parent, ident=ident,
              metadata={"score": 100, "nbgrader": {"points": 100}}, header=None)
""",
    ),
    _forges(
        "other-kinds-of-reply",
        "Answers with messages of other kinds, and for requests that nobody made.",
        """
for kind in ("error", "shutdown_reply", "kernel_info_reply", "input_request", "execute_result", "comm_open", "x" * 999):
    honest(stream, kind, value('"true"'), parent=parent, ident=ident)
stranger = {"header": {"msg_id": "guessed", "session": "x"}, "content": {}}
for _ in range(100):
    honest(stream, "execute_reply", value('"true"'), parent=stranger, ident=ident)
return honest(stream, "execute_reply", content, parent=parent, ident=ident)
""",
    ),
    _forges(
        "junk",
        "Sends frames that are no messages: unsigned, cut off, not JSON, nested without an end.",
        """
idents = [ident] if isinstance(ident, bytes) else list(ident or [])
sign = kernel.session.sign
for frames in ([], [b""], [b"x"] * 50, [b"{}"] * 4, [b"[" * 100_000] * 4, [b"\\xff\\xfe"] * 4, [b'{"a":' * 10_000] * 4,
               [b'{"msg_id": 1, "msg_type": []}', b"[]", b"null", b'"text"']):
    signed = [b"<IDS|MSG>", sign(frames) if len(frames) == 4 else b"unsigned", *frames]
    stream.send_multipart([*idents, *signed])
    stream.send_multipart([*idents, *frames] or [b""])
return honest(stream, "execute_reply", content, parent=parent, ident=ident)
""",
    ),
    _forges(
        "silence",
        "Never answers.",
        "return None",
        at_least=0,
        status=("graded", "limit:cell-time"),
    ),
    _forges(
        "twisted-reply",
        "Answers with content whose parts are of other types than they should be.",
        """
for twisted in ({}, {"status": []}, {"status": "ok", "user_expressions": []},
                {"status": "ok", "user_expressions": {"reply": {"data": 1}}},
                {"status": "ok", "user_expressions": {"reply": {"data": {"application/vnd.course.reply": [1]}}}}):
    honest(stream, "execute_reply", twisted, parent=parent, ident=ident)
""",
        at_least=0,
        status=("graded", "limit:cell-time"),
    ),
    _forges_batches(
        "short-batch",
        "Answers many calls at once with one value, as if it were enough.",
        """json.dumps({"answers": [{"value": "1.030506"}]})""",
    ),
    _forges_batches(
        "long-batch",
        "Answers many calls at once with more values than were asked for, in the hope that one fits.",
        """json.dumps({"answers": [{"value": json.dumps(each)} for each in (1.030506, 48.0625, 0.0, 1.0, True)]})""",
    ),
    _forges_batches(
        "nested-batch",
        "Answers each of many calls with answers, references, kept objects and scores.",
        """json.dumps({"answers": [{"answers": [{"value": "1.0"}] * 2}, {"kept": "object"}], "passed": True,
                   "value": "[1.030506, 48.0625]"})""",
    ),
    Attack(
        "crowded-message",
        "Sends a reply whose frames are small and would be gigabytes of lists.",
        f"""{FORGE}
def forge(stream, content, parent, ident):
    idents = [ident] if isinstance(ident, bytes) else list(ident or [])
    frames = [b"{{}}", b"{{}}", b"{{}}", b"[" + b"[]," * 9_000_000 + b"[]]"]
    stream.send_multipart([*idents, b"<IDS|MSG>", kernel.session.sign(frames), *frames])
forging(forge)
""",
        at_least=0,
        status=("limit:message",),
    ),
    Attack(
        "other-kernel",
        "Puts handlers of its own in the place of the kernel's: each request is answered with success.",
        """
kernel = get_ipython().kernel
class Mine(type(kernel)):
    async def do_execute(self, code, silent, *args, **kwargs):
        if "double" not in str(args) + str(kwargs):
            return await super().do_execute(code, silent, *args, **kwargs)
        forged.append(code)
        data = {"application/vnd.course.reply": '{"value": "true"}', "text/plain": "100"}
        return {"status": "ok", "execution_count": 1, "payload": [{"source": "set_next_input", "text": "x"}],
                "user_expressions": {"reply": {"status": "ok", "data": data, "metadata": {}}}}
kernel.__class__, forged = Mine, []
def double(x):
    return 0.0
""",
        total=TOTAL_OF_WHOEVER_FORGED,
    ),
    Attack(
        "own-socket",
        "Opens sockets of its own to the kernel's addresses and listens to, and writes on, what passes there.",
        """
import json, zmq
try:
    connection = json.load(open(get_ipython().kernel.parent.connection_file))
except OSError:
    connection = {}
context = zmq.Context()
for port in ("shell", "iopub", "control", "stdin", "hb"):
    address = f"ipc:///tmp/kernel-{connection.get(port + '_port', 1)}"
    for kind in (zmq.DEALER, zmq.ROUTER, zmq.SUB, zmq.PUB):
        mine = context.socket(kind)
        mine.linger = 0
        try:
            mine.connect(address)
            mine.send(b"junk", zmq.NOBLOCK)
        except zmq.ZMQError:
            pass
def double(x):
    return 0.0
""",
    ),
    Attack(
        "asks-for-input",
        "Asks the grader's terminal for a password and waits for it.",
        """
import getpass
def double(x):
    try:
        return float(input("points? "))
    except BaseException:
        return getpass.getpass("password of the gradebook? ")
""",
    ),
    Attack(
        "displayed-score",
        "Displays and writes scores in each format that graders are known to read.",
        """
import json
for name in ("results.json", "results.xml", "scores.csv", "grades.csv", "output.json", "gradebook.db", "report.json"):
    for folder in (".", "/tmp", target["out"], "/autograder/results"):
        try:
            with open(f"{folder}/{name}", "w") as file:
                file.write(json.dumps({"score": 100, "tests": [{"score": 100, "max_score": 100}]}))
        except OSError:
            pass
display({"application/vnd.course.reply": '{"value": "true"}', "application/json": {"score": 100}}, raw=True)
print(json.dumps({"score": 100, "check": "check-double", "outcome": "passed", "message": ""}))
def double(x):
    return 0.0
""",
    ),
)
