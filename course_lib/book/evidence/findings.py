"""What was found: a verdict's word, and a list of what each comparison of a claim gave."""

from __future__ import annotations

import re
from collections.abc import Iterable

from docutils import nodes

from course_lib.evidence import Judgement, Outcome, Verdict
from course_lib.evidence.wording import capital, comparison_words, levels_words, provenance_words, told


def verdict_of(judgement: Judgement) -> nodes.inline:
    """The verdict on a claim in a word."""
    return _marked(judgement.verdict, judgement.words)


def findings(judgement: Judgement, before: Iterable[Judgement] = ()) -> list[nodes.Node]:
    """What holds at which level, what each comparison gave, and where the record comes from.

    What a claim `before` has told already is told in short.
    """
    if judgement.record is None:
        return []
    outcomes = judgement.outcomes
    found: list[nodes.Node] = []
    if levels := levels_words(judgement):
        found.append(nodes.paragraph("", f"{capital(levels)}.", classes=["claim-levels"]))
    if len(outcomes) == 1:
        found.append(_finding(outcomes[0], before))
    else:
        results = nodes.bullet_list(classes=["claim-findings"])
        for outcome in outcomes:
            which = capital(comparison_words(outcome.comparison, judgement.claim))
            name = nodes.paragraph("", "", nodes.strong("", which), classes=["finding-name"])
            result = _field("Verdict", _marked(outcome.effect.verdict, str(outcome.effect.verdict)))
            results += nodes.list_item("", name, _finding(outcome, before, result))
        found.append(results)
    provenance = nodes.paragraph("", provenance_words(judgement.record), classes=["claim-provenance"])
    return [*found, provenance]


def _finding(outcome: Outcome, before: Iterable[Judgement], *more: nodes.field) -> nodes.field_list:
    fields = nodes.field_list(classes=["finding"])
    fields += [_field(label, nodes.Text(_unbroken(words))) for label, words in told(outcome, before)]
    fields += more
    return fields


def _field(label: str, *words: nodes.Node) -> nodes.field:
    return nodes.field("", nodes.field_name("", label), nodes.field_body("", nodes.paragraph("", "", *words)))


def _marked(verdict: Verdict, words: str) -> nodes.inline:
    """Words which the style sheet puts the shape of a verdict before."""
    return nodes.inline("", words, classes=["verdict", f"verdict-{verdict.name.lower().replace('_', '-')}"])


def _unbroken(words: str) -> str:
    """The words with the two ends of an interval kept on one line."""
    return re.sub(r"(?<=\d,) (?=[-+\N{MINUS SIGN}\d])", "\N{NO-BREAK SPACE}", words)
