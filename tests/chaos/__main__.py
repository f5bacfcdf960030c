"""Runs the faults: `python -m tests.chaos loader server --kills 200 --state FILE --json`; the same command goes on."""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from tests.chaos.loading import iterate_loader, iterate_server
from tests.chaos.scheduling import iterate_scheduler
from tests.chaos.serving import iterate_app, iterate_outage
from tests.chaos.surroundings import iterate_disk, iterate_network
from tests.chaos.training import iterate_trainer
from tests.chaos.trials import Trial
from tests.chaos.world import World, open_world

Part = Callable[[World, Iterator[Trial]], Iterator[Trial]]
PARTS: Final[dict[str, tuple[Part, float]]] = {
    "loader": (iterate_loader, 0.5),
    "trainer": (iterate_trainer, 0.15),
    "app": (iterate_app, 0.15),
    "server": (iterate_server, 0.15),
    "scheduler": (iterate_scheduler, 0.05),
    "outage": (iterate_outage, 0.01),
    "network": (iterate_network, 0.05),
    "disk": (iterate_disk, 0.05),
}
"""A part, and its trials as a share of the kills (the last three kill nobody)."""
KILLS: Final = ("loader", "trainer", "app", "server", "scheduler")


def main() -> int:
    """Run the trials that the state file does not hold; exit 1 when an invariant did not hold or trials are missing."""
    asked = _parse()
    known = _read(asked.state, asked.seed)
    deadline = None if asked.minutes is None else time.monotonic() + 60 * asked.minutes
    wanted = {part: max(1, round(asked.kills * PARTS[part][1])) for part in asked.parts}
    missing = {part: [n for n in range(wanted[part]) if (part, n) not in known] for part in asked.parts}
    if any(missing.values()):
        with tempfile.TemporaryDirectory(prefix="chaos-") as folder, open_world(Path(folder)) as world:
            for part in asked.parts:
                for trial in _run(world, part, missing[part], asked.seed, deadline):
                    known[part, trial.number] = trial.to_dict()
                    _write(asked.state, trial)
    found = [row for (part, number), row in known.items() if part in wanted and number < wanted[part]]
    print(json.dumps(summarise(found), indent=2) if asked.json else render(found))
    return 0 if len(found) == sum(wanted.values()) and not any(row["problems"] for row in found) else 1


def _run(world: World, part: str, numbers: list[int], seed: int, deadline: float | None) -> Iterator[Trial]:
    def trials() -> Iterator[Trial]:
        for number in numbers:
            if deadline is None or time.monotonic() < deadline:
                yield Trial(part, number, seed)

    if numbers and (deadline is None or time.monotonic() < deadline):
        yield from PARTS[part][0](world, trials())


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("parts", nargs="*", default=list(PARTS), metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--kills", type=int, default=240, help="of all parts together")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--state", type=Path, default=Path("chaos-state.jsonl"))
    parser.add_argument("--minutes", type=float, help="begin no trial after so long; the same command goes on")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    if unknown := set(asked.parts) - set(PARTS):
        parser.error(f"unknown parts {', '.join(unknown)}; known: {', '.join(PARTS)}")
    return asked


def _read(state: Path, seed: int) -> dict[tuple[str, int], dict[str, Any]]:
    rows = []
    for line in state.read_text(encoding="utf-8").splitlines() if state.is_file() else []:
        try:
            rows.append(json.loads(line))
        except json.JSONDecodeError:  # the line that a kill cut
            continue
    return {(row["part"], row["number"]): row for row in rows if row["seed"] == seed}


def _write(state: Path, trial: Trial) -> None:
    with state.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(trial.to_dict()) + "\n")
    said = "; ".join(trial.problems) or "good"
    print(
        f"{trial.part} {trial.number}: {trial.moment}; {trial.recover_seconds:.1f} s; {said}",
        file=sys.stderr,
        flush=True,
    )


def summarise(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """By part: trials, faults that hit, seconds to recover, looks of the reader, problems."""
    parts: dict[str, Any] = {}
    for part in dict.fromkeys(row["part"] for row in rows):
        own = [row for row in rows if row["part"] == part]
        hit = [row["recover_seconds"] for row in own if row["was_killed"]]
        parts[part] = {
            "trials": len(own),
            "hit": len(hit),
            "recovered": sum(row["was_killed"] and not row["problems"] for row in own),
            "seconds_median": round(statistics.median(hit), 1) if hit else None,
            "seconds_max": round(max(hit), 1) if hit else None,
            "looks": sum(row["n_looks"] for row in own),
            "outages_seen": sum(row["n_outages"] for row in own),
            "problems": [row for row in own if row["problems"]],
        }
    return {"kills": sum(own["hit"] for part, own in parts.items() if part in KILLS), "parts": parts}


def render(rows: list[dict[str, Any]]) -> str:
    """A table by part."""
    lines = [
        "| part | faults | recovered | seconds to recover, median | largest | looks of readers | half states |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for part, own in summarise(rows)["parts"].items():
        n_half = sum(
            any("whole it has" in text or "no release" in text for text in row["problems"]) for row in own["problems"]
        )
        lines.append(
            f"| {part} | {own['hit']} | {own['recovered']} | {own['seconds_median']} | {own['seconds_max']} | "
            f"{own['looks']:,} | {n_half} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
