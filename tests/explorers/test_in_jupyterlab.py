"""An explorer where its code is run: in a notebook of a real JupyterLab."""

from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Browser

from tests.browsers import Visit
from tests.conftest import needs, needs_package
from tests.jupyterlab import PATIENCE, open_notebook, run_all, serving

pytestmark = [pytest.mark.slow, needs("chromium"), needs_package("jupyterlab", "playwright")]

CODE = "from course_lib.explorers import DescentOnAValley\n\nDescentOnAValley(lr=0.07)"


def test_an_explorer_is_drawn_in_a_notebook_and_redrawn_when_it_is_used(browser: Browser, tmp_path: Path) -> None:
    folder = tmp_path / "notebooks"
    folder.mkdir()
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CODE)])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, folder / "valley.ipynb")
    with serving(folder, tmp_path) as address, Visit(browser, address) as visit:
        visit.context.set_default_timeout(PATIENCE)
        page = visit.page
        open_notebook(page, address, "valley.ipynb")
        run_all(page)
        explorer = page.locator(".course-explorer")
        drawing = explorer.locator(".ce-line.ce-1").first
        drawing.wait_for(state="attached")
        before = drawing.get_attribute("d")
        explorer.get_by_label("lr", exact=True).fill("0.03")
        assert drawing.get_attribute("d") != before
