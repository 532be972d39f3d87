"""A real JupyterLab, served from a folder to a browser on this machine."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # Playwright is not needed to collect the tests
    from playwright.sync_api import Page

PATIENCE = 60_000  # milliseconds; a machine at work can be slow at any moment

_SETTINGS = {
    # It would ask whether it may look for news.
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    # Cells outside the window would not be on the page.
    "notebook-extension/tracker": {"windowingMode": "none"},
}


@contextmanager
def serving(folder: Path, home: Path) -> Iterator[str]:
    """Serve `folder`; yield the address. What JupyterLab keeps for its user goes to `home`."""
    for name, settings in _SETTINGS.items():
        path = home / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(settings))
    places = ("HOME", "IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")
    environment = os.environ | {name: str(home / name) for name in places}
    environment["JUPYTERLAB_SETTINGS_DIR"] = str(home / "settings")
    program = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1"]
    program += ["--ServerApp.port=0", "--IdentityProvider.token=", "--LabApp.extension_manager=readonly", str(folder)]
    with subprocess.Popen(program, env=environment, stderr=subprocess.PIPE, text=True, cwd=folder) as server:
        try:
            said = []
            for line in server.stderr or ():
                said.append(line)
                address = re.search(r"http://127\.0\.0\.1:\d+/", line)
                if address and not address[0].endswith(":0/"):
                    break
            else:
                raise RuntimeError(f"JupyterLab did not start: {''.join(said)}")
            yield address[0].rstrip("/")
        finally:
            server.terminate()
            server.communicate(timeout=30)


def open_notebook(page: "Page", address: str, name: str) -> None:
    """Open a notebook, and wait until its kernel takes orders: one that is given before is lost."""
    page.goto(f"{address}/lab/tree/{name}")
    page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for()
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()


def run_all(page: "Page") -> None:
    """Run all cells by the menu."""
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
