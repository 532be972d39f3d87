"""Without walls: limits all the same, and nothing of the grader's own environment."""

import json
import subprocess
import sys

from course_lib.grading.isolation import landlock, sandbox
from course_lib.grading.isolation.limits import MB, Limits
from course_lib.grading.isolation.unsafe import Unprotected

RUN = """
import json, sys
sys.path.insert(0, sys.argv[1])
import enclose
enclose.unprotected(json.loads(sys.argv[2]))
"""


def prints(code: str, unprotected: Unprotected) -> str:
    orders = json.dumps(unprotected.orders())
    words = [sys.executable, "-c", RUN + code, str(landlock.ENCLOSE.parent), orders]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()


def test_it_has_limits_and_a_folder_and_leads_its_own_group(monkeypatch):
    monkeypatch.setenv("COURSE_SECRET", "x")
    unprotected = Unprotected(Limits(file_bytes=MB, memory_bytes=900 * MB))
    code = """
import os, resource
kinds = (resource.RLIMIT_FSIZE, resource.RLIMIT_DATA, resource.RLIMIT_CORE)
limits = [resource.getrlimit(each)[1] for each in kinds]
leads = os.getpgid(0) == os.getpid()
print(json.dumps([os.getcwd(), os.environ["HOME"], "COURSE_SECRET" in os.environ, leads, limits]))
"""
    folder = str(unprotected.folder)
    assert json.loads(prints(code, unprotected)) == [
        folder,
        folder,
        False,
        True,
        [MB, 900 * MB + sandbox.RESERVED_BYTES, 0],
    ]
    unprotected.end()
    assert not unprotected.folder.exists()
