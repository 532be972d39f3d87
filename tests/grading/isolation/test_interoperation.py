"""The sandboxed kernel by its name, from the tools that know kernels by nothing else."""

import asyncio
import json
import os
import subprocess
import sys

import nbclient
import nbformat.v4
import papermill
import pytest
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager

from course_lib.assignments.visible import run_visible_checks
from course_lib.grading.isolation.provisioner import KERNEL_NAME, announce
from tests.assignments.notebooks import cell, notebook
from tests.conftest import needs

pytestmark = [pytest.mark.slow, needs("bwrap")]

# bubblewrap gives the sandbox a host name of its own, and no user of the machine is known there.
WHERE = "import os, socket\nprint(socket.gethostname(), os.path.exists('/etc/passwd'))"
INSIDE = "sandbox False"


@pytest.fixture
def announced(monkeypatch):
    """Both the variable and what `announce` makes of it end with the test."""
    monkeypatch.setenv("JUPYTER_PATH", "")
    announce()


@pytest.fixture
def where():
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(WHERE)])


def printed(executed):
    return "".join(output.text for output in executed.cells[-1].outputs if output.output_type == "stream").strip()


def test_nbclient(announced, where):
    executed = nbclient.NotebookClient(where, kernel_name=KERNEL_NAME, timeout=30).execute()
    assert printed(executed) == INSIDE


def test_papermill(announced, where, tmp_path):
    nbformat.write(where, tmp_path / "in.ipynb")
    executed = papermill.execute_notebook(
        tmp_path / "in.ipynb",
        tmp_path / "out.ipynb",
        parameters={"lr": 0.1},
        kernel_name=KERNEL_NAME,
        language="python",
        execution_timeout=30,
        progress_bar=False,
    )
    assert printed(executed) == INSIDE
    assert "lr = 0.1" in executed.cells[0].source


def test_nbval(announced):
    made = notebook(
        cell("answer", "where", ""),
        cell("check", "check-where", WHERE, f"{INSIDE}\n"),
    )
    (result,) = run_visible_checks(made, KERNEL_NAME, cell_seconds=30, run_seconds=60)
    assert result.outcome == "passed", result.message


def jupyter(*words, folder):
    places = {name: str(folder / name) for name in ("HOME", "IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR")}
    program = [sys.executable, "-m", "jupyter_client.runapp" if words[0] == "run" else "jupyter_client.kernelspecapp"]
    said = subprocess.run(
        [*program, *words[1:]],
        env=os.environ | places,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return said.stdout + said.stderr


def test_jupyter_lists_it(announced, tmp_path):
    found = json.loads(jupyter("kernelspec", "list", "--json", folder=tmp_path))
    assert found["kernelspecs"][KERNEL_NAME]["spec"]["display_name"] == "Course (sandboxed)"


def test_jupyter_runs_in_it(announced, tmp_path):
    (tmp_path / "where.py").write_text(WHERE)
    said = jupyter("run", "--kernel", KERNEL_NAME, str(tmp_path / "where.py"), folder=tmp_path)
    assert INSIDE in said, said


def test_a_client_that_ignores_the_provisioner_starts_nothing(announced):
    """The kernel spec's own command fails, so that code never runs outside by mistake."""
    command = KernelSpecManager().get_kernel_spec(KERNEL_NAME).argv
    assert subprocess.run(command, check=False, capture_output=True, timeout=10).returncode != 0


async def message(get, request, kind):
    """The next message of a kind that answers a request."""
    while True:
        found = await get(timeout=30)
        if found["parent_header"].get("msg_id") == request and found["msg_type"] == kind:
            return found["content"]


async def interrupted_and_restarted():
    manager = AsyncKernelManager(kernel_name=KERNEL_NAME)
    await manager.start_kernel()
    client = manager.client()
    client.start_channels()
    try:
        await client.wait_for_ready(timeout=30)
        request = client.execute("here = True\nprint('started', flush=True)\nwhile True:\n    pass")
        await message(client.get_iopub_msg, request, "stream")
        await manager.interrupt_kernel()
        interrupted = await message(client.get_shell_msg, request, "execute_reply")
        await manager.restart_kernel(now=True)
        await client.wait_for_ready(timeout=30)
        gone = await message(client.get_shell_msg, client.execute("here"), "execute_reply")
    finally:
        client.stop_channels()
        await manager.shutdown_kernel(now=True)
    return interrupted["ename"], gone["ename"]


def test_it_is_interrupted_and_restarted_as_any_other(announced):
    assert asyncio.run(interrupted_and_restarted()) == ("KeyboardInterrupt", "NameError")
