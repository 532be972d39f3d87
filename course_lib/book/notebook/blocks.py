"""MyST's blocks (directives, labels, numbered formulas) as plain Markdown that Jupyter and Colab show."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from course_lib.book.notebook.roles import Names, plain

_OPENING = re.compile(r"(?P<indent> *)(?P<fence>`{3,}|~{3,}|:{3,})\s*(?P<word>\{[^}]+\}|\S*)\s*(?P<argument>.*)")
_LABEL = re.compile(r"\(([^()\s]+)\)=\s*")
_OPTION = re.compile(r":[a-z][a-z_-]*:( .*)?")
_TAGGED = re.compile(r"\$\$\s*\(([^()\s]+)\)\s*$")

_ASIDES = {
    "admonition": "",
    "attention": "Attention",
    "caution": "Caution",
    "danger": "Danger",
    "dropdown": "",
    "error": "Error",
    "exercise": "Exercise",
    "hint": "Hint",
    "important": "Important",
    "margin": "Aside",
    "note": "Note",
    "seealso": "See also",
    "sidebar": "Aside",
    "solution": "Solution",
    "tip": "Tip",
    "warning": "Warning",
}
_FRAMES = frozenset({"card", "div", "grid", "grid-item", "grid-item-card", "only", "tab-item", "tab-set"})
_SILENT = frozenset({"bibliography", "chapter-foot", "contents", "index", "tableofcontents"})


Own = Mapping[str, Callable[[str], str]]
"""By the name of a directive, what makes MyST of its argument."""


@dataclass(frozen=True)
class _Directive:
    name: str
    argument: str
    body: list[str]


def to_markdown(text: str, names: Names, own: Own | None = None) -> str:
    r"""Return MyST as Markdown: asides become quotations, what only a page can show is named.

    Parameters
    ----------
    text
        MyST.
    names
        What the names in it stand for.
    own
        What to put in place of the course's own directives.

    Examples
    --------
    >>> print(to_markdown("(top)=\n# Top\n\n```{tip}\nDraw {given}`3` lines.\n```", Names()))
    # Top
    <BLANKLINE>
    > **Tip.**
    >
    > Draw 3 lines.
    >>> print(to_markdown("$$\na = b\n$$ (floor)", Names(equations={"floor": 1})))
    $$
    a = b
    \tag{1}
    $$
    """
    return re.sub(r"\n{3,}", "\n\n", "\n".join(_convert(text.splitlines(), names, own or {}))).strip("\n")


def numbered_equations(texts: list[str]) -> dict[str, int]:
    r"""Return the numbers of the labelled formulas, in their order.

    Examples
    --------
    >>> numbered_equations(["$$\na\n$$ (first)", "$$ b $$ (second)"])
    {'first': 1, 'second': 2}
    """
    labels = [found[1] for text in texts for line in text.splitlines() if (found := _TAGGED.search(line))]
    return {label: number for number, label in enumerate(labels, 1)}


def headed(title: str) -> str:
    """Return a title that begins a paragraph, in bold and with a stop.

    Examples
    --------
    >>> headed("Tip"), headed("Epochs or steps?")
    ('**Tip.**', '**Epochs or steps?**')
    """
    stop = "" if title.endswith((".", "?", "!")) else "."
    return f"**{title}{stop}**"


def quotation(lines: list[str]) -> list[str]:
    """Return lines of Markdown as those of a quotation."""
    return [f"> {line}".rstrip() for line in lines]


def folded(summary: str, text: str) -> str:
    """Return Markdown behind one line, which a click unfolds."""
    # The empty lines let what is inside be read as Markdown.
    return f"<details><summary>{summary}</summary>\n\n{text.strip()}\n\n</details>"


def _convert(lines: list[str], names: Names, own: Own) -> list[str]:
    out: list[str] = []
    prose: list[str] = []

    def flush() -> None:
        # Roles may run over the end of a line, so that a stretch of prose is written out whole.
        out.extend(plain("\n".join(prose), names).split("\n") if prose else [])
        prose.clear()

    at = 0
    while at < len(lines):
        opening = _OPENING.fullmatch(lines[at])
        if opening:
            flush()
            end = _end(lines, at, opening["fence"])
            if opening["word"].startswith("{"):
                out += _written(_directive(opening, lines[at + 1 : end]), names, own)
            else:
                out += lines[at : end + 1]
            at = end + 1
            continue
        tagged = _TAGGED.search(lines[at])
        if tagged:
            before = lines[at][: tagged.start()]
            number = names.equations.get(tagged[1], tagged[1])
            prose += [*([before] if before.strip() else []), rf"\tag{{{number}}}", "$$"]
        elif not _LABEL.fullmatch(lines[at]) and not lines[at].startswith("% "):
            prose.append(lines[at])
        at += 1
    flush()
    return out


def _end(lines: list[str], opening: int, fence: str) -> int:
    closing = re.compile(rf" *{re.escape(fence[0])}{{{len(fence)},}}\s*")
    for at in range(opening + 1, len(lines)):
        if closing.fullmatch(lines[at]):
            return at
    return len(lines)


def _directive(opening: re.Match[str], inside: list[str]) -> _Directive:
    body = list(inside)
    if body and body[0].strip() == "---":
        body = body[body.index("---", 1) + 1 :]
    while body and _OPTION.fullmatch(body[0].strip()):
        body.pop(0)
    while body and not body[0].strip():
        body.pop(0)
    return _Directive(opening["word"].strip("{}"), opening["argument"].strip(), body)


def _written(directive: _Directive, names: Names, own: Own) -> list[str]:
    name = directive.name
    if name in own:
        return ["", *_convert(own[name](directive.argument).splitlines(), names, own), ""]
    if name in _SILENT:
        return []
    if name == "math":
        return ["$$", *directive.body, "$$"]
    if name in ("code-block", "code"):
        return [f"```{directive.argument}", *directive.body, "```"]
    if name == "table":
        return [f"*{plain(directive.argument, names)}*", "", *_convert(directive.body, names, own)]
    if name in _FRAMES:
        heading = [f"**{plain(directive.argument, names)}**", ""] if directive.argument else []
        return ["", *heading, *_convert(directive.body, names, own), ""]
    if name in _ASIDES:
        title = plain(directive.argument, names) if name in ("admonition", "dropdown") else _ASIDES[name]
        inside = [*([headed(title), ""] if title else []), *_convert(directive.body, names, own)]
        return ["", *quotation(inside), ""]
    return [f"*Here the page has something that a notebook cannot show: {name.replace('-', ' ')}.*"]
