"""Which tier holds: the best there is, a refusal that says what to do, or nothing at all, said out loud."""

import pytest

from course_lib.grading.isolation import tiers
from course_lib.grading.isolation.sandbox import NoSandbox, Tier


@pytest.fixture
def machine(monkeypatch):
    """A machine that allows what it is told to."""

    def allows(*, bubblewrap=None, landlock=None, seccomp=None, cgroup=None):
        first = Tier("bubblewrap", "bubblewrap holds") if bubblewrap is None else Tier(None, bubblewrap)
        monkeypatch.setattr(tiers.sandbox, "describe", lambda: first)
        monkeypatch.setattr(tiers.landlock, "unavailable", lambda: landlock)
        monkeypatch.setattr(tiers.landlock, "version", lambda: 5)
        monkeypatch.setattr(tiers.seccomp, "unavailable", lambda: seccomp)
        monkeypatch.setattr(tiers.cgroup, "available", lambda: cgroup)
        tiers.describe.cache_clear()

    yield allows
    monkeypatch.undo()
    tiers.describe.cache_clear()


def test_bubblewrap_comes_first(machine):
    machine()
    assert tiers.require().name == "bubblewrap"
    assert tiers.require(unsafe=True).name == "bubblewrap"


def test_landlock_takes_its_place_and_says_why(machine):
    machine(bubblewrap="no user namespaces")
    tier = tiers.require()
    assert tier.name == "landlock"
    assert "version 5" in tier.words
    assert "no user namespaces" in tier.words


def test_without_either_grading_is_refused_with_both_reasons(machine):
    machine(bubblewrap="apt install bubblewrap", landlock="only root")
    with pytest.raises(NoSandbox, match=r"apt install bubblewrap.*only root.*--unsafe"):
        tiers.require()


def test_no_tier_holds_without_a_filter(machine):
    machine(seccomp="apt install libseccomp2", landlock="apt install libseccomp2")
    assert tiers.describe() == Tier(None, "apt install libseccomp2")


def test_unsafe_goes_on_and_is_said_on_every_report(machine):
    machine(bubblewrap="not there", landlock="only root")
    tier = tiers.require(unsafe=True)
    assert tier.name == "unsafe"
    assert "not there" in tier.words
    assert "without a sandbox" in tiers.warning(tier)
    machine()
    assert tiers.warning(tiers.require(unsafe=True)) == ""


def test_the_doctor_says_which_walls_stand_and_what_takes_the_place_of_one(machine):
    machine(bubblewrap="not there", landlock="only root", cgroup="not lent")
    said = {wall.what: wall for wall in tiers.walls()}
    assert not said["sandbox"].stands
    assert said["system calls"].stands
    assert "not lent" in said["memory"].words
    assert "watcher" in said["memory"].words
    machine()
    assert "control group bounds" in tiers.walls()[2].words
