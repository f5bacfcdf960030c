"""Does one load of the inbox: reads the manifest, loads what it names, and says how that ended."""

from typing import Any

from loaders.errors import LoadError, RuleError
from loaders.manifest import read_manifest
from services.graph.errors import SchemaError
from services.graph.store import Store
from services.ingest import IngestReport, WrongBuild, ingest_manifest
from services.ingest.reports import LoadOutcome
from services.schedule.heartbeat import Progress
from services.schedule.inbox import Inbox
from services.schedule.jobs import Job, JobStatus
from services.schedule.ledger import Ledger
from services.settings import Settings


def load_file(store: Store, settings: Settings, ledger: Ledger, inbox: Inbox, job: Job, on_progress: Progress) -> Job:
    """Load a file of the inbox and decide how its thing ends: done, or rejected with the reason.

    A load that was switched on by an attempt that was killed afterwards is found as it is, and counts as loaded.

    Raises
    ------
    IngestError, StoreError
        What is no fault of the file: it is tried again.
    """
    try:
        report = ingest_manifest(store, settings, read_manifest(inbox.folder / job.source), on_progress=on_progress)
    except (LoadError, WrongBuild, SchemaError) as error:
        return ledger.decide(job, JobStatus.REJECTED, str(error), problem=describe_problem(error))
    loads = [_outcome(outcome, job) for outcome in report.loads]
    n_new = sum(outcome["status"] != "unchanged" for outcome in loads)
    reason = f"{n_new} of {len(loads)} studies are new: {_sum(report)} rows in the graph; release {report.release}"
    return ledger.decide(job, JobStatus.DONE, reason, **{**report.to_dict(), "loads": loads})


def describe_problem(error: Exception) -> dict[str, str | None]:
    """What is wrong, where, and what to do, as plain values."""
    if not isinstance(error, RuleError):
        return {"error": type(error).__name__, "rule": str(error), "seen": None, "where": None, "remedy": None}
    parts = {name: getattr(error, name) for name in ("rule", "seen", "where", "remedy")}
    return {"error": type(error).__name__} | {
        name: None if value is None else str(value) for name, value in parts.items()
    }


def _outcome(outcome: LoadOutcome, job: Job) -> dict[str, Any]:
    """One study; unchanged is only what was there before the thing was first claimed."""
    plain = outcome.to_dict()
    if outcome.status == "unchanged" and outcome.load_id not in job.load_ids_before:
        return {**plain, "status": "loaded", "written": outcome.report.written}
    return plain


def _sum(report: IngestReport) -> str:
    return f"{sum(outcome.report.written for outcome in report.loads):,}"
