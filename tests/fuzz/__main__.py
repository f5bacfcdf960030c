"""Runs the fuzz: `python -m tests.fuzz --files 10000 --seed 7 --state FILE --json`; the same command goes on."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import Counter
from pathlib import Path

from tests.fuzz.trial import GOOD_OUTCOMES, Outcome, all_samples
from tests.fuzz.workers import run_trials

SAY_EVERY = 250


def main() -> int:
    """Run what the state file does not hold yet; exit 1 when a file was neither refused clearly nor counted."""
    asked = _parse()
    os.environ.setdefault("POLARS_MAX_THREADS", "1")
    known = _read(asked.state, asked.seed)
    wanted = [number for number in range(asked.files) if number not in known]
    started = time.monotonic()
    with asked.state.open("a", encoding="utf-8") as state:
        for done, outcome in enumerate(run_trials(wanted, asked.seed, n_jobs=asked.jobs), start=1):
            known[outcome.number] = outcome.to_dict()
            state.write(json.dumps({"seed": asked.seed, **outcome.to_dict()}) + "\n")
            state.flush()
            _say(outcome, done, len(wanted), started)
            if asked.minutes is not None and time.monotonic() - started > 60 * asked.minutes:
                break
    outcomes = [known[number] for number in range(asked.files) if number in known]
    print(json.dumps(summarise(outcomes, asked.seed), indent=2) if asked.json else render(outcomes))
    return 0 if len(outcomes) == asked.files and not failures(outcomes) else 1


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--state", type=Path, default=Path("fuzz-state.jsonl"))
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--minutes", type=float, help="stop after so long; the same command goes on")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _read(state: Path, seed: int) -> dict[int, dict[str, object]]:
    if not state.is_file():
        return {}
    rows = []
    for line in state.read_text(encoding="utf-8").splitlines():
        try:
            rows.append(json.loads(line))
        except json.JSONDecodeError:  # the line that a kill cut
            continue
    return {row["number"]: row for row in rows if row["seed"] == seed}


def _say(outcome: Outcome, done: int, total: int, started: float) -> None:
    if outcome.result not in GOOD_OUTCOMES:
        what = f"{outcome.number} {outcome.result} {outcome.format} {outcome.file} {'+'.join(outcome.mutations)}"
        print(f"{what}: {outcome.message}", file=sys.stderr, flush=True)
    if done % SAY_EVERY == 0:
        print(f"{done:,} of {total:,} in {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)


def failures(outcomes: list[dict[str, object]]) -> list[dict[str, object]]:
    """Those that must not be."""
    return [outcome for outcome in outcomes if outcome["result"] not in GOOD_OUTCOMES]


def summarise(outcomes: list[dict[str, object]], seed: int) -> dict[str, object]:
    """Counts by format and outcome, and every failure."""
    by_format = {name: Counter(o["result"] for o in outcomes if o["format"] == name) for name in all_samples()}
    return {
        "seed": seed,
        "files": len(outcomes),
        "outcomes": Counter(outcome["result"] for outcome in outcomes),
        "formats": by_format,
        "failures": failures(outcomes),
    }


def render(outcomes: list[dict[str, object]]) -> str:
    """A table by format."""
    lines = ["| format | files | refused | loaded, every row counted | other |", "|---|--:|--:|--:|--:|"]
    for name in [*all_samples(), "all"]:
        found = Counter(o["result"] for o in outcomes if name in ("all", o["format"]))
        n, refused, loaded = sum(found.values()), found["refused"], found["loaded"]
        lines.append(f"| {name} | {n:,} | {refused:,} | {loaded:,} | {n - refused - loaded:,} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
