"""Reports of what the scheduler did: one page for people and one JSON for machines, from the ledger's own entry."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from services.ingest.state import write_text
from services.schedule.jobs import Job, JobKind, JobStatus

_TITLES = {
    JobStatus.DONE: "loaded",
    JobStatus.REJECTED: "rejected",
    JobStatus.WITHDRAWN: "withdrawn",
    JobStatus.PUBLISHED: "a new champion",
    JobStatus.KEPT_OUT: "kept out",
    JobStatus.UNCHANGED: "nothing to do",
    JobStatus.FAILED: "failed",
}


def render_reports(job: Job) -> dict[str, str]:
    """The texts of both reports by suffix; the same job gives the same texts."""
    plain = {name: value for name, value in job.to_dict().items() if name not in _PASSING}
    return {
        ".md": _render_page(job),
        ".json": json.dumps(plain, indent=1, sort_keys=True, default=str) + "\n",
    }


_PASSING = {"status", "holder", "finished_at", "stage", "n_failures"}
"""Not settled yet when the report is written; the ledger has them."""


def keep_reports(folder: Path, job: Job) -> Path:
    """Write both reports into the folder of reports; the page's path."""
    moment = job.created_at.strftime("%Y%m%dT%H%M%SZ") if job.created_at else "undated"
    page = folder / f"{moment}-{job.kind}-{job.short_id}.md"
    for suffix, text in render_reports(job).items():
        write_text(page.with_suffix(suffix), text)
    return page


def _render_page(job: Job) -> str:
    verdict = JobStatus(job.verdict or job.status)
    facts = {
        "asked for by": job.source if job.due_at is None else f"{job.source}, due {job.due_at.isoformat()}",
        "first begun": job.created_at.isoformat(timespec="seconds") if job.created_at else None,
        "attempts": job.n_attempts,
        "release": f"{job.release_before} → {job.release_after}",
        "champion": f"{job.champion_before or 'none'} → {job.champion_after or 'none'}",
        "fingerprint": job.fingerprint,
    }
    parts = [
        f"# {job.kind}: {_TITLES.get(verdict, verdict.value)}",
        job.reason + ".",
        "\n".join(f"- {name}: {value}" for name, value in facts.items() if value is not None),
        *(_of_load(job.results) if job.kind is JobKind.LOAD else _of_training(job)),
    ]
    return "\n\n".join(parts) + "\n"


def _of_load(results: Mapping[str, Any]) -> list[str]:
    if problem := results.get("problem"):
        names = {"rule": "what", "seen": "seen", "where": "where", "remedy": "remedy"}
        lines = (f"- {words}: {problem[name]}" for name, words in names.items() if problem[name])
        return ["## Why\n\n" + "\n".join(lines), "Nothing was written to the graph."]
    rows = [
        (load["study"], load["kind"], load["status"], load["read"], load["accepted"], _by_reason(load))
        for load in results.get("loads", ())
    ]
    columns = ("study", "kind", "what", "rows read", "rows accepted", "left out")
    return ["## Studies\n\n" + _table(columns, rows)] if rows else []


def _by_reason(load: Mapping[str, Any]) -> str:
    counted = {**load["skipped"], **load["refused"]}
    return ", ".join(f"{reason} {n:,}" for reason, n in counted.items() if n) or "none"


def _of_training(job: Job) -> list[str]:
    results = job.results
    if "figures" not in results:
        return []
    rows = [
        (row["method"], *(_measure(row[name]) for name in ("hit_10", "hit_50", "mrr"))) for row in results["figures"]
    ]
    calibration = results["calibration"]
    checks = (results["gate"] or {}).get("checks", ())
    asked = [("yes" if check["passes"] else "**no**", check["text"]) for check in checks]
    parts = [
        f"Run {job.model_run_id} ({results['method']}), {results['n_predictions']:,} predicted edges.",
        "## Gate\n\n" + _table(("passes", "what was seen"), asked),
        "## Figures on held-out pairs (95 % intervals over LD blocks)\n\n"
        + _table(("method", "hit@10", "hit@50", "MRR"), rows),
    ]
    if calibration is not None:
        error, brier = (_measure(calibration[name], 5) for name in ("expected_calibration_error", "brier"))
        parts.append(f"Expected calibration error {error}, Brier score {brier}.")
    return parts


def _measure(value: Mapping[str, float], digits: int = 3) -> str:
    return f"{value['estimate']:.{digits}f} [{value['lower']:.{digits}f}, {value['upper']:.{digits}f}]"


def _table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(str(value) for value in line) + " |" for line in lines)
