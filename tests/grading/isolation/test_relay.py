"""The relay, held between a client and a kernel that the test plays itself."""

import json
import os
import socket
import subprocess
import sys
from contextlib import contextmanager

import pytest
import zmq
from jupyter_client.session import Session

from course_lib.grading.isolation.limits import Limits
from course_lib.grading.isolation.process import Process
from course_lib.grading.isolation.relay import CONTROL, HEARTBEAT, IOPUB, SHELL, STDIN, Relay, outcome

OK = {"status": "ok", "execution_count": 1, "user_expressions": {}}
PATIENCE = 10_000


class Line:
    """A client, a kernel, and the relay between them."""

    def __init__(self, folder, limits: Limits) -> None:
        self.child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
        self.process = Process(os.pidfd_open(self.child.pid))
        self.context = zmq.Context()
        self.inner, self.outer = Session(key=b"inner"), Session(key=b"outer")
        self.kernel = {port: self._socket(kind) for port, kind in ((SHELL, zmq.ROUTER), (IOPUB, zmq.PUB))}
        self.kernel[CONTROL] = self._socket(zmq.ROUTER)
        self.identity = {}
        for port, sock in self.kernel.items():
            sock.bind(f"ipc://{folder}/kernel-{port}")
        self.relay = Relay(self.process, (f"{folder}/kernel", b"inner"), (f"{folder}/client", b"outer"), limits)
        self.client = {port: self._socket(zmq.DEALER) for port in (SHELL, STDIN, CONTROL)}
        self.client[IOPUB], self.client[HEARTBEAT] = self._socket(zmq.SUB), self._socket(zmq.REQ)
        self.client[IOPUB].subscribe(b"")
        for port, sock in self.client.items():
            sock.connect(f"ipc://{folder}/client-{port}")
        assert self.heard(IOPUB)["msg_type"] == "iopub_welcome"

    def _socket(self, kind: int):
        sock = self.context.socket(kind)
        sock.linger = 0
        return sock

    def ask(self, kind: str = "execute_request", port: int = SHELL, **metadata) -> str:
        content = {"code": "1", "allow_stdin": True}
        return self.outer.send(self.client[port], kind, content, metadata=metadata)["header"]["msg_id"]

    def asked(self, port: int = SHELL) -> dict:
        """What the kernel is asked."""
        assert self.kernel[port].poll(PATIENCE), "the kernel was asked nothing"
        self.identity[port], parts = self.inner.feed_identities(self.kernel[port].recv_multipart())
        return self.inner.deserialize(parts)

    def say(self, kind: str, content: dict, question: dict, port: int = SHELL, **more) -> None:
        """What the kernel says."""
        identity = self.identity[port] if port != IOPUB else kind.encode()
        self.inner.send(self.kernel[port], kind, content, parent=question, ident=identity, **more)

    def heard(self, port: int = SHELL) -> dict:
        """What the client hears."""
        assert self.client[port].poll(PATIENCE), "the client heard nothing"
        return self.outer.deserialize(self.outer.feed_identities(self.client[port].recv_multipart())[1])

    def close(self) -> None:
        self.relay.close()
        self.child.wait()
        self.process.close()
        self.context.destroy(linger=0)


@contextmanager
def lines(folder, **limits):
    opened = Line(folder, Limits(**limits))
    try:
        yield opened
    finally:
        opened.close()


@pytest.fixture
def line(tmp_path):
    with lines(tmp_path) as opened:
        yield opened


def test_a_question_and_its_answer_pass(line):
    number = line.ask()
    question = line.asked()
    assert question["content"] == {"code": "1", "allow_stdin": False}
    line.say("execute_reply", OK, question)
    answer = line.heard()
    assert answer["parent_header"]["msg_id"] == number
    assert answer["content"] == {**OK, "payload": []}
    assert outcome(answer) is None


def test_the_kernel_learns_nothing_of_the_clients_header(line):
    number = line.ask()
    assert number not in json.dumps(line.asked(), default=str)


def test_a_second_reply_to_one_question_is_dropped(line):
    line.ask()
    question = line.asked()
    line.say("execute_reply", OK, question)
    line.say("execute_reply", {**OK, "execution_count": 99}, question)
    assert line.heard()["content"]["execution_count"] == 1
    second = line.ask()
    line.say("execute_reply", {**OK, "execution_count": 2}, line.asked())
    answer = line.heard()
    assert (answer["parent_header"]["msg_id"], answer["content"]["execution_count"]) == (second, 2)


def test_the_metadata_of_a_kernel_does_not_pass(line):
    line.ask()
    line.say("execute_reply", OK, line.asked(), metadata={"course": {"outcome": "gone", "words": "forged"}})
    assert outcome(line.heard()) is None


def test_a_message_under_another_key_is_dropped(line):
    line.ask()
    question = line.asked()
    stranger = Session(key=b"guessed")
    stranger.send(
        line.kernel[SHELL], "execute_reply", {**OK, "execution_count": 99}, question, ident=line.identity[SHELL]
    )
    line.say("execute_reply", OK, question)
    assert line.heard()["content"]["execution_count"] == 1


def test_what_takes_too_long_is_interrupted_and_the_relay_says_so(line):
    line.ask(seconds=0.05)
    question = line.asked()
    assert line.asked(CONTROL)["msg_type"] == "interrupt_request"
    line.say("execute_reply", {"status": "error", "ename": "KeyboardInterrupt"}, question)
    assert outcome(line.heard()) == ("out-of-time", "took more than 0.05 s")
    assert line.relay.stopped is None


def test_what_cannot_be_interrupted_is_ended(line):
    line.ask(seconds=0.05)
    line.asked()
    assert outcome(line.heard())[0] == "cell-time"
    line.child.wait(10)


def test_the_time_of_the_whole_submission_ends_it(tmp_path):
    with lines(tmp_path, submission_seconds=0.2) as line:
        for _ in range(2):
            line.ask()
            assert outcome(line.heard())[0] == "submission-time"


def test_death_is_said_at_once_to_the_question_under_way_and_to_all_that_follow(line):
    line.ask()
    line.asked()
    line.child.kill()
    assert outcome(line.heard()) == ("gone", "the notebook's process has ended")
    line.ask()
    assert outcome(line.heard()) == ("gone", "the notebook's process has ended")


def test_a_client_hears_that_a_cell_is_over_when_the_kernel_does_not_say_so(line):
    line.ask("kernel_info_request")
    line.say("kernel_info_reply", {"status": "ok"}, line.asked())
    assert line.heard()["content"]["implementation"] == "course-sandbox"
    line.ask()
    line.say("execute_reply", OK, line.asked())
    heard = line.heard(IOPUB)
    while heard["parent_header"]["msg_type"] != "execute_request":
        heard = line.heard(IOPUB)
    assert heard["content"] == {"execution_state": "idle"}


def test_output_passes_under_its_own_question_alone(line):
    number = line.ask()
    question = line.asked()
    line.say("stream", {"name": "stdout", "text": "nobody's"}, {"header": {"msg_id": "nobody"}}, IOPUB)
    line.say("comm_open", {"comm_id": "1"}, question, IOPUB)
    line.say("stream", {"name": "stdout", "text": "hello"}, question, IOPUB)
    heard = line.heard(IOPUB)
    assert (heard["content"]["text"], heard["parent_header"]["msg_id"]) == ("hello", number)


@pytest.mark.parametrize(
    ("limits", "which", "port", "text"),
    [
        ({"output_bytes": 20_000}, "output", IOPUB, "x" * 3000),
        ({"output_bytes": 20_000}, "output", IOPUB, "x" * 30_000),
        ({"messages": 20}, "message", IOPUB, "x"),
        ({"message_bytes": 20_000}, "message", SHELL, "x" * 30_000),
        ({}, "message", SHELL, "junk"),
    ],
)
def test_a_flood_ends_the_submission(tmp_path, limits, which, port, text):
    with lines(tmp_path, **limits) as line:
        line.ask()
        question = line.asked()
        while line.process.poll() is None:
            line.say("stream", {"name": "stdout", "text": text}, question, port)
        assert outcome(line.heard())[0] == which
        assert line.relay.stopped[0] == which


def test_the_heart_beats_without_the_kernel(line):
    line.client[HEARTBEAT].send(b"ping")
    assert line.client[HEARTBEAT].poll(PATIENCE)
    assert line.client[HEARTBEAT].recv() == b"ping"


def test_shutting_down_is_done_by_the_relay(line):
    line.outer.send(line.client[CONTROL], "shutdown_request", {"restart": False})
    assert line.heard(CONTROL)["msg_type"] == "shutdown_reply"
    line.child.wait(10)


def test_closing_ends_the_kernel(tmp_path):
    with lines(tmp_path) as line:
        assert line.process.poll() is None
    assert line.child.returncode is not None


def test_a_process_is_known_by_its_descriptor():
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    process = Process(os.pidfd_open(child.pid))
    assert (process.pid, process.poll()) == (child.pid, None)
    process.kill()
    assert process.wait() == 0
    child.wait()
    process.kill()  # of a process that has ended, nothing comes
    process.close()
    with socket.socket() as sock, pytest.raises(ValueError, match="is no pidfd"):
        Process(os.dup(sock.fileno()))
