"""The same kernel behind whichever walls there are."""

import os

import pytest

from course_lib.grading.examination.channel import Channel, KernelGone, LimitReached, OutOfTime
from course_lib.grading.isolation import landlock, sandbox, tiers
from course_lib.grading.isolation.limits import MB, Limits
from course_lib.grading.isolation.process import Process
from course_lib.grading.isolation.sandbox import Tier
from course_lib.grading.isolation.warm import WarmParent

LIMITS = Limits(memory_bytes=700 * MB)
UNAVAILABLE = {
    tiers.BUBBLEWRAP: None if sandbox.describe().name else sandbox.describe().words,
    tiers.LANDLOCK: landlock.unavailable(),
    tiers.UNSAFE: None,
}


@pytest.fixture(scope="module", params=UNAVAILABLE)
def parent(request):
    if UNAVAILABLE[request.param]:
        pytest.skip(str(UNAVAILABLE[request.param]))
    with WarmParent(tier=Tier(request.param, "")) as started:
        yield started.handle


@pytest.fixture
def channel(parent):
    with Channel(LIMITS, parent) as opened:
        opened.start("x = 6")
        yield opened


def value(channel: Channel, expression: str) -> str:
    return channel.ask("", {"value": expression}, 10)["user_expressions"]["value"]["data"]["text/plain"]


def test_it_computes(channel):
    assert value(channel, "7 * x") == "42"


def test_a_loop_is_interrupted_and_the_kernel_lives(channel):
    with pytest.raises(OutOfTime):
        channel.ask("while True: pass", {}, 0.5)
    assert value(channel, "x") == "6"


def test_its_end_is_noticed(channel):
    with pytest.raises(KernelGone):
        channel.ask("import os; os._exit(0)", {}, 10)


def test_too_much_memory_ends_it(channel):
    code = "import os, time\nfor _ in range(3):\n    if not os.fork(): held = b'x' * 400_000_000; time.sleep(60)\n"
    with pytest.raises(LimitReached) as caught:
        channel.ask(f"{code}time.sleep(60)", {}, 10)
    assert caught.value.which == "memory"


def test_what_it_has_started_ends_with_it(parent):
    with Channel(LIMITS, parent) as channel:
        channel.start("import os, time\nif not os.fork(): time.sleep(600)")
        members = [Process(os.pidfd_open(pid)) for pid in channel.processes()]
        assert len(members) == 2
    for each in members:
        each.wait()  # or the test does not end
        each.close()
