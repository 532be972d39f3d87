"""One text for two hosts: an explorer's script as an inline script of a page, and as a widget's module."""

import json
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

_SCRIPTS = files("course_lib.explorers") / "scripts"

_ON_A_PAGE = """\
for (const el of document.querySelectorAll('.course-explorer[data-explorer="{script}"]:not([data-live])')) {{
const settings = JSON.parse(el.querySelector("script").textContent);
el.dataset.live = "";
mount(el, {{ get: () => settings, set() {{}}, save_changes() {{}}, on() {{}} }});
}}"""

_IN_A_WIDGET = """\
export default {
render({ model, el }) {
const room = make("div", { class: "course-explorer" });
el.append(room);
mount(room, model);
},
};"""


def html(script: str, title: str, settings: dict[str, Any], still: str) -> str:
    """The explorer as a piece of a page: a still picture, which the script after it brings to life."""
    data = json.dumps(settings, separators=(",", ":"), allow_nan=False).replace("<", r"\u003c")
    return (
        f'<div class="course-explorer mathjax_ignore" data-explorer="{script}">\n'
        f'<script type="application/json">{data}</script>\n'
        f"{still}\n"
        f"<p>{escape(title)}: with JavaScript switched on, this picture gets controls.</p>\n"
        f"</div>\n<style>\n{styles()}</style>\n"
        f'<script>\n(() => {{\n"use strict";\n{body(script)}{_ON_A_PAGE.format(script=script)}\n}})();\n</script>'
    )


def module(script: str) -> str:
    """The explorer as an ES module whose default export renders it, as anywidget wants it."""
    return body(script) + _IN_A_WIDGET


@cache
def body(script: str) -> str:
    """The kit and the explorer's own script, without what only their readers need: ``compute`` and ``mount``.

    A long script has a part of its own in a file that begins with its name, such as ``schedule-composer-kinds.js``.
    """
    parts = sorted(each.name for each in _SCRIPTS.iterdir() if each.name.startswith(f"{script}-"))
    return "".join(_lean((_SCRIPTS / name).read_text(encoding="utf-8")) for name in ("kit.js", *parts, f"{script}.js"))


@cache
def styles() -> str:
    """The style sheet of all explorers."""
    return _lean((_SCRIPTS / "explorer.css").read_text(encoding="utf-8"))


def _lean(text: str) -> str:
    """Leave out indentation, blank lines and comments on lines of their own; no literal here spans lines."""
    lines, commented = [], False
    for line in map(str.strip, text.splitlines()):
        commented = commented or line.startswith("/*")
        if line and not commented and not line.startswith("//"):
            lines.append(f"{line}\n")
        commented = commented and not line.endswith("*/")
    return "".join(lines)
