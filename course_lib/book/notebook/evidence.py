"""Claims with their verdicts, and figures of the record, as a notebook has them."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from course_lib.book.evidence.reading import READING
from course_lib.book.notebook.blocks import folded, headed, quotation
from course_lib.evidence import Claim, Judgement, Outcome, judge, read_claims
from course_lib.evidence.claims import named
from course_lib.evidence.wording import capital, comparison_words, levels_words, provenance_words, told


class Evidence:
    """The claims and records in a folder, read and judged when they are first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._judgements: dict[str, Judgement] = {}

    @cached_property
    def _claims(self) -> dict[str, Claim]:
        return read_claims(self._folder)

    def judged(self, name: str) -> Judgement:
        """Return what became of the claim with that id.

        Raises
        ------
        SheetError, RecordError
            When the evidence cannot be read, or there is no such claim.
        """
        if name not in self._judgements:
            self._judgements[name] = judge(named(self._claims, name), self._folder)
        return self._judgements[name]


class ClaimBlocks:
    """The claims of one notebook; the first that has been run is preceded by how to read it."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence
        self._told: list[Judgement] = []

    def __call__(self, names: str) -> str:
        """Return the claims with these ids, each as a quotation, in MyST."""
        judgements = [self._evidence.judged(name) for name in names.split()]
        parts: list[str] = []
        for judgement in judgements:
            if judgement.outcomes and not any(each.outcomes for each in self._told):
                terms = "\n".join(f"- {headed(term)} {words}" for term, words in READING)
                parts.insert(0, folded("How to read this", terms))
            parts.append(_block(judgement, self._told))
            self._told.append(judgement)
        return "\n\n".join(parts)


def _block(judgement: Judgement, before: list[Judgement]) -> str:
    claim = judgement.claim
    lines = [f"**Claim {claim.id}: {judgement.words}.** {claim.claim}"]
    if claim.amended:
        lines.append(f"Changed after first results: {claim.amended}")
    if judgement.record is not None:
        if levels := levels_words(judgement):
            lines.append(f"At each level: {levels}.")
        lines += [_finding(outcome, claim, before) for outcome in judgement.outcomes]
        lines.append(provenance_words(judgement.record))
    lines.append(f"**In the literature.** {claim.literature} {{cite:p}}`{','.join(claim.citation)}`")
    return "\n".join(quotation("\n\n".join(lines).split("\n")))


def _finding(outcome: Outcome, claim: Claim, before: list[Judgement]) -> str:
    rows = [f"- {label}: {words}" for label, words in told(outcome, before)]
    if len(claim.comparisons) > 1:
        which = capital(comparison_words(outcome.comparison, claim))
        rows.insert(0, f"*{which}: {outcome.effect.verdict}*\n")
    return "\n".join(rows)
