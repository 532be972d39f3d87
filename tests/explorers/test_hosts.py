"""Where an explorer is shown decides what it is: HTML in the book, a live widget in Jupyter."""

import importlib.util
import json
import re

import pytest
from playwright.sync_api import Browser

from course_lib.explorers import DescentOnAValley, page
from course_lib.explorers.explorer import IN_BOOK, Explorer
from tests.conftest import needs
from tests.explorers.conftest import EXPLORERS

WIDGET = "application/vnd.jupyter.widget-view+json"
every_explorer = pytest.mark.parametrize("explorer", EXPLORERS, ids=lambda explorer: type(explorer).__name__)


def data_of(bundle: object) -> dict[str, object]:
    """The data of a bundle, which may come with metadata."""
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    assert isinstance(data, dict)
    return data


@every_explorer
def test_in_the_book_it_is_html_and_leaves_no_state_of_a_widget(explorer: Explorer, monkeypatch):
    monkeypatch.setenv(IN_BOOK, "1")
    monkeypatch.setattr(type(explorer), "widget", lambda self: pytest.fail("a widget was made"))
    bundle = data_of(explorer._repr_mimebundle_(include=None, exclude=None))
    assert set(bundle) == {"text/html", "text/plain"}


@every_explorer
def test_in_jupyter_it_is_a_live_widget(explorer: Explorer, monkeypatch):
    monkeypatch.delenv(IN_BOOK, raising=False)
    assert WIDGET in data_of(explorer._repr_mimebundle_(include=None, exclude=None))
    assert explorer.widget().settings == explorer.settings()


def test_in_jupyter_without_anywidget_it_is_html(monkeypatch):
    monkeypatch.delenv(IN_BOOK, raising=False)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert set(data_of(DescentOnAValley()._repr_mimebundle_())) == {"text/html", "text/plain"}
    with pytest.raises(ImportError, match="pip install anywidget"):
        DescentOnAValley().widget()


@every_explorer
def test_the_html_asks_nobody_and_is_the_same_each_time(explorer: Explorer):
    html = explorer.html()
    addresses = set(re.findall(r"https?://[^\"' ]+", html))
    assert addresses <= {"http://www.w3.org/2000/svg"}  # a name, which is not fetched
    assert not re.search(r"\b(src|href|@import|url\()\b", html)
    assert html == explorer.html()
    found = re.search(r'<script type="application/json">(.*)</script>', html)
    assert found is not None
    assert json.loads(found[1]) == json.loads(json.dumps(explorer.settings()))


def test_data_cannot_end_the_script_that_holds_it():
    html = page.html("dropout-masks", "A <title>", {"name": "</script><b>"}, "<svg></svg>")
    assert "</script><b>" not in html
    assert "A <title>" not in html


def test_an_unknown_number_of_the_data_is_an_error_and_not_broken_json():
    with pytest.raises(ValueError, match="JSON"):
        page.html("dropout-masks", "title", {"p": float("nan")}, "")


def test_lean_text_has_lost_its_comments_and_nothing_else():
    kit = page.body("dropout-masks")
    assert "mulberry32 (" not in kit
    assert "must not overflow the drawing" in kit  # beside code, where taking it away would need a parser
    assert "Math.imul(state ^ (state >>> 15), state | 1)" in kit


@pytest.mark.slow
@needs("chromium")
def test_a_widgets_settings_go_both_ways(browser: Browser):
    tab = browser.new_page()
    tab.set_content('<!DOCTYPE html><html lang="en"><body><div id="room"></div></body></html>')
    explorer = DescentOnAValley(lr=0.07)
    tab.evaluate(
        """async ([code, settings]) => {
          const listeners = [];
          window.model = {
            settings, saved: 0,
            get: () => window.model.settings,
            set(name, value) { window.model.settings = value; listeners.forEach((listen) => listen()); },
            save_changes() { window.model.saved += 1; },
            on(name, listen) { if (name === 'change:settings') listeners.push(listen); },
          };
          const widget = (await import('data:text/javascript;charset=utf-8,' + encodeURIComponent(code))).default;
          widget.render({ model: window.model, el: document.getElementById('room') });
        }""",
        [page.module(explorer.script), explorer.settings()],
    )
    number = tab.get_by_label("lr", exact=True)
    number.fill("0.03")
    assert number.evaluate("(el) => el === document.activeElement"), (
        "the explorer was built anew under the reader's hands"
    )
    assert tab.evaluate("window.model.settings.lr") == 0.03
    assert tab.evaluate("window.model.saved") == 1
    tab.evaluate("window.model.set('settings', {...window.model.settings, lr: 0.5})")
    assert number.input_value() == "0.5"
    assert tab.locator(".ce-root").count() == 1
