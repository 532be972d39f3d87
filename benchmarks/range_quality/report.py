"""Regret, computed from the record: what a suggested rate costs against the best rate of the grid."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from range_quality.record import read_record
from range_quality.tasks import SCHEDULES, all_tasks

RESAMPLES = 2000


def regrets(truth: pd.DataFrame, suggestions: pd.DataFrame) -> pd.DataFrame:
    """One row a task, kind of schedule and tool: the regret in points of accuracy, mean over the seeds.

    Each suggestion is scored on each seed of the grid against the best rate for that seed: the one with the highest
    mean accuracy over the *other* seeds. Between two rates of the grid, the accuracy is interpolated over the logarithm
    of the rate; beyond its ends, it is that of the end, which spares a tool that suggests far too small a rate.
    """
    halves = {task.name: task.half for task in all_tasks()}
    rows = []
    for (task, schedule), runs in truth.groupby(["task", "schedule"]):
        grid = 100 * runs.pivot_table(index="lr", columns="seed", values="accuracy")
        if len(grid.columns) < 2:
            continue  # nothing to choose the optimum on
        asked = suggestions[(suggestions["task"] == task) & (suggestions["schedule"] == schedule)]
        for tool, answers in asked.groupby("tool"):
            lost = [_regret(grid, lr) for lr in answers["lr"]]
            rows.append(
                {
                    "half": halves[str(task)],
                    "schedule": schedule,
                    "tool": tool,
                    "task": task,
                    "regret": np.nanmean(lost) if np.isfinite(lost).any() else np.nan,
                    "suggestions": len(lost),
                    "none": int(np.isnan(lost).sum()),
                }
            )
    return pd.DataFrame(rows)


def print_report() -> None:
    """Print a table for each half of the tasks and each kind of schedule."""
    truth, suggestions = read_record()
    table = regrets(truth, suggestions)
    print("Regret in points of accuracy, over tasks; +- is a standard error, by bootstrap over the tasks.")
    for half in ("report", "development"):
        for schedule in SCHEDULES:
            part = table[(table["half"] == half) & (table["schedule"] == schedule)]
            if part.empty:
                continue
            seeds = truth[truth["task"].isin(part["task"])].groupby(["task", "schedule"])["seed"].nunique()
            print(f"\n{half} half, {schedule}: {part['task'].nunique()} tasks, at least {seeds.min()} seeds each\n")
            print(
                f"| {'tool':<22} | {'median':>14} | {'90th percentile':>15} | {'mean':>14} | suggestions | none given |"
            )
            print("|---|--:|--:|--:|--:|--:|")
            lines = [(tool, rows["regret"].dropna().to_numpy(), rows) for tool, rows in part.groupby("tool")]
            for tool, regret, rows in sorted(lines, key=lambda line: float(np.median(line[1]))):
                figures = [_with_error(regret, q) for q in (50, 90, None)]
                print(f"| {tool:<22} | {' | '.join(figures)} | {rows['suggestions'].sum()} | {rows['none'].sum()} |")
    _print_confidence(suggestions, table)


def _regret(grid: pd.DataFrame, lr: float) -> float:
    if np.isnan(lr):
        return np.nan
    lost = []
    for seed in grid:
        accuracy = grid[seed].to_numpy()
        best = int(grid.drop(columns=seed).mean(axis=1).to_numpy().argmax())
        lost.append(accuracy[best] - np.interp(np.log(lr), np.log(grid.index.to_numpy(dtype=float)), accuracy))
    return float(np.mean(lost))


def _with_error(values: NDArray[np.float64], percentile: int | None) -> str:
    def statistic(sample: NDArray[np.float64]) -> NDArray[np.float64]:
        return sample.mean(-1) if percentile is None else np.percentile(sample, percentile, axis=-1)

    picks = np.random.default_rng(0).integers(len(values), size=(RESAMPLES, len(values)))
    return f"{float(statistic(values)):6.2f} +- {float(statistic(values[picks]).std()):.2f}"


def _print_confidence(suggestions: pd.DataFrame, table: pd.DataFrame) -> None:
    """Whether `RangeTest.confidence` says anything: regret of ours where it is below and above its median."""
    confidence = suggestions[suggestions["tool"] == "confidence of ours"].groupby("task")["lr"].mean()
    ours = table[table["tool"] == "ours"].assign(confidence=lambda rows: rows["task"].map(confidence))
    if ours.empty:
        return
    sure = ours["confidence"] > ours["confidence"].median()
    above, below = (ours["regret"][rows].mean() for rows in (sure, ~sure))
    print(
        f"\nConfidence of ours: median {confidence.median():.2f}; mean regret {above:.2f} where it lies "
        f"above, {below:.2f} where below."
    )
