"""How figures and comparisons of the record are said in words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from course_lib.evidence.claims import SHARES, UNITS, Claim, Comparison
from course_lib.evidence.judging import Judgement, Outcome
from course_lib.evidence.records import Record, RecordError
from course_lib.evidence.verdict import CONFIDENCE, Verdict

INTERVAL = f"{CONFIDENCE * 100:g} %"

QUANTITIES = ("mean", "low", "high", "seeds", "a", "b", "lr_a", "lr_b", "smallest")
"""What can be asked of a comparison: the effect, the ends of its interval, how many seeds, the mean of each side, the
smallest effect that counts, all in the comparison's unit; and the rate of each side."""

_QUOTED = re.compile(r"(?P<claim>C\d+)\.(?P<comparison>[\w-]+)\.(?P<quantity>\w+)(?::(?P<form>[^:]*))?")

_NETWORKS = {"cnn": "CNN", "mlp": "MLP"}

_DIFFERENCE = "A \N{MINUS SIGN} B"


def number(value: float, form: str) -> str:
    """A number by a format specification, with a true minus sign.

    Examples
    --------
    >>> number(-1.25, "+.1f")
    '−1.2'
    """
    return format(value, form).replace("-", "\N{MINUS SIGN}")


def capital(words: str) -> str:
    """The words with a capital letter at their beginning, and the others as they are.

    Examples
    --------
    >>> capital("too small, CNN")
    'Too small, CNN'
    """
    return words[:1].upper() + words[1:]


def size_words(size: float, unit: str) -> str:
    """A size with its unit.

    Examples
    --------
    >>> size_words(1, "points"), size_words(0.5, "nats")
    ('1 percentage point', '0.5 nats')
    """
    return f"{number(size, 'g')} {unit_words(unit)}".removesuffix("s" if abs(size) == 1 else "-")


def unit_words(unit: str) -> str:
    """The unit as it stands after a number."""
    return {"points": "percentage points"}.get(unit, unit)


def form_of(outcome: Outcome) -> str:
    """The format in which an effect is told: as many digits as its smallest effect calls for, and one more."""
    return (
        "+.1f"
        if abs(outcome.comparison.smallest_effect) >= 1
        else "+.2f"
        if outcome.comparison.unit == "points"
        else "+.3f"
    )


def told(outcome: Outcome, before: Iterable[Judgement] = ()) -> tuple[tuple[str, str], ...]:
    """What a comparison measured and gave and was to give, as labels and words, in the order in which one asks.

    Where one of the claims `before` rests on the same measurement, its place is named and the effect alone is repeated.
    """
    comparison = outcome.comparison
    for claim, other in ((each.claim, other) for each in before for other in each.outcomes):
        same = other.comparison.measurement == comparison.measurement
        if same and replace(other, comparison=comparison) == outcome:
            which = comparison_words(other.comparison, claim)
            return (("Measured", f"already for claim {claim.id}: {which}"), (_DIFFERENCE, effect_words(outcome)))
    (a, b), fixed = comparison.sides, isinstance(comparison.b, float)
    return (
        ("Measured", comparison.metric),
        ("A", f"{a}, mean {_side_words(outcome.a, outcome)}"),
        ("B", f"{b}, {'' if fixed else 'mean '}{_side_words(outcome.b, outcome)}"),
        (_DIFFERENCE, effect_words(outcome)),
        ("Expected", counts_words(comparison)),
    )


def _side_words(value: float, outcome: Outcome) -> str:
    """What a side gave: a share in per cent, for percentage points are of differences."""
    unit = "%" if outcome.comparison.measure in SHARES else unit_words(outcome.comparison.unit)
    return f"{number(value, form_of(outcome).removeprefix('+'))} {unit}"


def effect_words(outcome: Outcome) -> str:
    """The effect with its interval, unit and seeds, in one line; and where the interval holds what cannot be."""
    effect, form = outcome.effect, form_of(outcome)
    return (
        f"{number(effect.mean, form)} {unit_words(outcome.comparison.unit)} "
        f"[{number(effect.low, form)}, {number(effect.high, form)}], {effect.seeds} seeds{_beyond_words(outcome)}"
    )


def _beyond_words(outcome: Outcome) -> str:
    effect, comparison = outcome.effect, outcome.comparison
    most = UNITS[comparison.unit]
    if comparison.measure not in SHARES or max(-effect.low, effect.high) <= most:
        return ""
    sign = "±" if min(-effect.low, effect.high) > most else "+" if effect.high > most else "\N{MINUS SIGN}"
    return f"; the interval reaches beyond {sign}{most:g}, the largest difference possible"


def provenance_words(record: Record) -> str:
    """How the figures were made, and when, in a sentence."""
    return f"Means over paired seeds, with {INTERVAL} intervals; {record.scale} scale, {record.made[-1]['date']}."


def counts_words(comparison: Comparison) -> str:
    """What would count, in words."""
    size = size_words(abs(comparison.smallest_effect), comparison.unit)
    if comparison.smallest_effect < 0:
        return f"A less than {size} {'below' if comparison.direction == 'higher' else 'above'} B"
    where = {"higher": "above", "lower": "below", "different": "above or below"}[comparison.direction]
    return f"A {where} B by more than {size}"


def comparison_words(comparison: Comparison, claim: Claim) -> str:
    """Which of a claim's comparisons it is: its level, and of its name what the level does not say already.

    The level says the words that it has, and those that all names at that level share.
    """
    level = comparison.level
    words = comparison.name.split("-")
    if level is not None:
        names = [set(other.name.split("-")) for other in claim.comparisons if other.level == level]
        known = set(words) if len(names) == 1 else set(level.split()) | set.intersection(*names)
        words = [word for word in words if word not in known]
    plain = " ".join(word for word in words if word not in _NETWORKS)
    parts = (level, plain, *(_NETWORKS[word] for word in words if word in _NETWORKS))
    return ", ".join(part for part in parts if part)


def levels_words(judgement: Judgement) -> str:
    """What holds at which level, of a claim whose levels do not agree on one clear verdict; else nothing."""
    if judgement.verdict not in (Verdict.DEPENDS, Verdict.UNDECIDED):
        return ""
    return "; ".join(f"{level}: {verdict}" for level, verdict in judgement.levels.items())


def quoted(words: str, judged: Callable[[str], Judgement]) -> str:
    """A figure of the record as a sentence asks for it, such as ``C4.wobble.mean:+.2f``.

    Parameters
    ----------
    words : str
        Claim, comparison, one of `QUANTITIES`, and after a colon Python's format specification; ``g`` when left out.
    judged : callable
        Gives the judgement of the claim with that name.

    Returns
    -------
    str
        The figure, with a true minus sign.

    Raises
    ------
    ValueError
        When the words do not have that form, or the format does not fit.
    RecordError
        When there is no such comparison or quantity, or the claim has not been run.
    """
    found = _QUOTED.fullmatch(words)
    if found is None:
        raise ValueError(f"must be CLAIM.COMPARISON.QUANTITY:FORMAT; a quantity is one of {', '.join(QUANTITIES)}")
    figure = quantity(judged(found["claim"]), found["comparison"], found["quantity"])
    return number(figure, found["form"] or "g")


def quantity(judgement: Judgement, comparison: str, name: str) -> float:
    """One of `QUANTITIES` of one comparison.

    Parameters
    ----------
    judgement : Judgement
        Of a claim that has been run.
    comparison : str
        Its name in the claim.
    name : str
        Which of `QUANTITIES`.

    Returns
    -------
    float
        In the comparison's unit; rates are rates.

    Raises
    ------
    RecordError
        When there is no such comparison or quantity, or the claim has not been run.
    """
    outcome = judgement.outcome(comparison)
    effect = outcome.effect
    plain = {
        "mean": effect.mean,
        "low": effect.low,
        "high": effect.high,
        "seeds": effect.seeds,
        "a": outcome.a,
        "b": outcome.b,
        "smallest": outcome.comparison.smallest_effect,
    }
    if name in plain:
        return plain[name]
    if name in ("lr_a", "lr_b") and judgement.record is not None:
        sides = outcome.comparison.a if name == "lr_a" else outcome.comparison.b
        return _rate(judgement.record, sides, f"{judgement.claim.id}.{comparison}.{name}")
    raise RecordError(f"a comparison has no {name!r}; it has {', '.join(QUANTITIES)}")


def _rate(record: Record, sides: tuple[str, ...] | float, asked: str) -> float:
    rates = {
        float(row.settings["lr"])
        for row in record.rows
        if row.stage == "comparison" and not isinstance(sides, float) and row.side in sides
    }
    if len(rates) != 1:
        raise RecordError(f"{asked}: that side has no one rate, it has {', '.join(map(str, sorted(rates))) or 'none'}")
    return rates.pop()
