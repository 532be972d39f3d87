"""The first program in the sandbox: sets the limits, gives up root if it is root, and becomes the kernel.

It runs as ``python -I -S enter.py ORDERS PROGRAM [ARGUMENT ...]``, where ORDERS is JSON:
``{"rlimits": {"RLIMIT_CORE": 0, ...}, "uid": 61234 or null}``.
"""

import json
import os
import resource
import sys
from typing import Any, NoReturn


def enter(orders: dict[str, Any], program: list[str]) -> NoReturn:
    """Become `program`, with the rights and limits that `orders` leave."""
    for name, value in orders["rlimits"].items():
        number = getattr(resource, name)
        hard = resource.getrlimit(number)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(number, (value, value))
    if orders["uid"] is not None:
        os.setgroups([])
        os.setresgid(orders["uid"], orders["uid"], orders["uid"])
        os.setresuid(orders["uid"], orders["uid"], orders["uid"])
    os.execv(program[0], program)  # noqa: S606


if __name__ == "__main__":
    enter(json.loads(sys.argv[1]), sys.argv[2:])
