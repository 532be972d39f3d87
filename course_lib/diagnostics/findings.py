"""What `diagnose` hands back, and how it reads in a terminal and in a notebook."""

from __future__ import annotations

import html
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

WIDTH = 100  # characters of a printed line


@dataclass(frozen=True)
class Finding:
    """One thing that is probably wrong.

    Attributes
    ----------
    name : str
        Of the fault; an entry of `CHECKLIST`.
    evidence : str
        What was measured, with its numbers.
    confirm : str
        The test that would confirm it.
    cure : str
        What to change when it is confirmed.
    """

    name: str
    evidence: str
    confirm: str
    cure: str


@dataclass(frozen=True)
class Report:
    """Findings, the most basic cause first; iterable, printable, and a table in a notebook.

    Attributes
    ----------
    findings : tuple of Finding
        In the order in which to look into them: a fault in the data makes what is measured further down unreliable.
    skipped : tuple of (str, str)
        Checks that could not be made here, each with the reason.
    passed : tuple of str
        Checks that found nothing.
    """

    findings: tuple[Finding, ...]
    skipped: tuple[tuple[str, str], ...]
    passed: tuple[str, ...]

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def __len__(self) -> int:
        return len(self.findings)

    def __contains__(self, name: object) -> bool:
        return any(finding.name == name for finding in self.findings)

    def __str__(self) -> str:
        lines: list[str] = []
        for number, finding in enumerate(self.findings, 1):
            lines.append(f"{number}. {finding.name}")
            lines += _block("seen", finding.evidence) + _block("test", finding.confirm) + _block("cure", finding.cure)
        if not self.findings:
            lines.append("Nothing found.")
        if self.passed:
            lines += _block("fine", ", ".join(self.passed))
        for name, reason in self.skipped:
            lines += _block("skip", f"{name}: {reason}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{title}</th>" for title in ("Finding", "What was seen", "Test", "Cure"))
        rows = [
            "".join(f"<td>{html.escape(text)}</td>" for text in (found.name, found.evidence, found.confirm, found.cure))
            for found in self.findings
        ]
        table = (
            f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(f'<tr>{row}</tr>' for row in rows)}</tbody></table>"
        )
        parts = [table if rows else "<p>Nothing found.</p>"]
        if self.passed:
            parts.append(f"<p>Fine: {html.escape(', '.join(self.passed))}.</p>")
        parts += [f"<p>Skipped: {html.escape(name)} ({html.escape(reason)}).</p>" for name, reason in self.skipped]
        return "".join(parts)


def _block(label: str, text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=f"   {label}  ", subsequent_indent=" " * 9)
