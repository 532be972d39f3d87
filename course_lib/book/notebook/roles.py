"""MyST's roles in a sentence, as plain Markdown that Jupyter and Colab show."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from course_lib.evidence import Judgement, RecordError
from course_lib.evidence.wording import quoted

_ROLE = re.compile(r"\{([a-z][a-z:-]*)\}(`+)(.+?)\2", re.DOTALL)
_TITLED = re.compile(r"(?P<title>.*?)\s*<(?P<target>[^<>]+)>", re.DOTALL)


def _no_record(claim: str) -> Judgement:
    raise RecordError(f"there is no record here to ask for {claim}")


@dataclass
class Names:
    """What the names in a chapter stand for.

    Attributes
    ----------
    pages
        The title of each page of the book and where it lies, seen from the notebook; by the page's file name.
    citations
        How a work is called in a sentence, such as ``("Robbins and Monro", "1951")``; by its key.
    figures, equations
        The number that a figure and an equation have in the notebook; by label.
    judged
        Gives what became of a claim; by the claim's id.
    cited
        The keys met so far, in the order of their first use.
    """

    pages: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    citations: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    figures: Mapping[str, int] = field(default_factory=dict)
    equations: Mapping[str, int] = field(default_factory=dict)
    judged: Callable[[str], Judgement] = _no_record
    cited: list[str] = field(default_factory=list)


def plain(text: str, names: Names) -> str:
    """Return a text with each role written out.

    Examples
    --------
    >>> plain("A rate of {given}`0.1`, {glue:text}`gain:.1f` points.", Names())
    'A rate of 0.1, `gain` points.'
    >>> plain("See {doc}`02-rates`.", Names(pages={"02-rates": ("Rates", "02-rates.ipynb")}))
    'See [Rates](02-rates.ipynb).'
    >>> plain("{cite:t}`robbins1951`, {eq}`floor`", Names({}, {"robbins1951": ("Robbins", "1951")}, {}, {"floor": 1}))
    'Robbins (1951), (1)'
    """

    def written(found: re.Match[str]) -> str:
        role, content = found[1], found[3].strip()
        titled = _TITLED.fullmatch(content)
        title, target = (titled["title"], titled["target"]) if titled else ("", content)
        return _WRITERS.get(role, _title)(title, target, names)

    return _ROLE.sub(written, text)


def _title(title: str, target: str, names: Names) -> str:
    return title or target


def _page(title: str, target: str, names: Names) -> str:
    known, path = names.pages.get(target.rsplit("/", 1)[-1], ("", ""))
    return f"[{title or known}]({path})" if path else title or known or target


def _glued(title: str, target: str, names: Names) -> str:
    return f"`{target.split(':')[0]}`"


def _recorded(title: str, target: str, names: Names) -> str:
    return quoted(target, names.judged)


def _figure(title: str, target: str, names: Names) -> str:
    if target not in names.figures:
        return "the figure there"
    number = str(names.figures[target])
    return (title or "Figure %s").replace("%s", number).replace("{number}", number)


def _equation(title: str, target: str, names: Names) -> str:
    return f"({names.equations[target]})" if target in names.equations else f"({target})"


def _reference(title: str, target: str, names: Names) -> str:
    return title or target.replace("-", " ")


def _cited(join: Callable[[str, str], str], around: Callable[[str], str]) -> Callable[[str, str, Names], str]:
    def write(title: str, target: str, names: Names) -> str:
        said = []
        for key in (part.strip() for part in target.split(",")):
            if key not in names.cited:
                names.cited.append(key)
            authors, year = names.citations.get(key, (key, ""))
            said.append(join(authors, year))
        return around("; ".join(said))

    return write


_in_brackets = _cited(lambda authors, year: f"{authors}, {year}", lambda text: f"({text})")
_in_text = _cited(lambda authors, year: f"{authors} ({year})", lambda text: text)

_WRITERS: dict[str, Callable[[str, str, Names], str]] = {
    "doc": _page,
    "glue": _glued,
    "glue:text": _glued,
    "glue:math": _glued,
    "record": _recorded,
    "numref": _figure,
    "eq": _equation,
    "ref": _reference,
    "cite": _in_brackets,
    "cite:p": _in_brackets,
    "cite:t": _in_text,
    "math": lambda title, target, names: f"${target}$",
    "code": lambda title, target, names: f"`{target}`",
    "py:obj": lambda title, target, names: f"`{title or target}`",
}
