"""The part of a first load that needs no server at rest: prepared studies, view, and the importer's files."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import polars as pl

from loaders.manifest import Manifest
from services.bulk.claiming import check_room, claim_store, is_interrupted
from services.bulk.importer_files import write_importer_files
from services.bulk.plan import BulkPlan, count_rows
from services.graph.connections import Progress
from services.graph.importer import ImporterFile
from services.graph.store import Store
from services.ingest.facets import FACETS
from services.ingest.loading import check_builds, prepare_missing, refreshed_records
from services.ingest.planning import plan_loads
from services.ingest.preparation import Limits
from services.ingest.publishing import open_view
from services.ingest.records import EDGE_KINDS, LoadRecord
from services.ingest.reports import LoadOutcome
from services.ingest.state import StateFolder
from services.ingest.sweeping import repair
from services.ingest.views import View
from services.settings import Settings


@dataclass(frozen=True)
class Written:
    """A manifest whose importer's files are written.

    Attributes
    ----------
    plan
        What is left to do.
    files
        For the importer.
    outcomes
        What became of each study's rows.
    """

    plan: BulkPlan
    files: tuple[ImporterFile, ...]
    outcomes: tuple[LoadOutcome, ...]

    @property
    def files_bytes(self) -> int:
        """Size of the files."""
        return sum(file.path.stat().st_size for file in self.files)


def write_files(
    store: Store, settings: Settings, manifest: Manifest, folder: Path, *, on_progress: Progress | None = None
) -> Written:
    """Prepare a manifest's studies as an ordinary load does, and write them for the importer.

    Parameters
    ----------
    store
        An empty graph; the caller holds the lock of the state folder.
    folder
        An empty folder, or none yet.

    Raises
    ------
    StoreNotEmpty
        When the graph is not empty.
    LoadError, WrongBuild, DiskFull
        When a study cannot be loaded, or the disk has no room; nothing was written to the graph.
    """
    state, seconds = StateFolder(settings.home), dict[str, float]()
    identity = claim_store(store, state, manifest.reference_build)
    with timed(seconds, "prepare"):
        planned = plan_loads(manifest, (), on_progress=on_progress)
        if not is_interrupted(store, state):
            repair(store, settings, keep=[item.load_id for item in planned], on_progress=on_progress)
        limits = Limits(manifest.reference_build, settings.refused_share_limit)
        prepared = prepare_missing(state, planned, limits, on_progress)
        records = refreshed_records(state, planned)
        check_builds(state, records, prepared)
    with timed(seconds, "view"):
        view = open_view(state, records, (), manifest.reference_build, on_progress)
    n_nodes, n_edges = _count_view(view, records)
    folder.mkdir(parents=True, exist_ok=True)
    check_room(folder, n_nodes, n_edges, settings.server_minimum_free_mib)
    with timed(seconds, "files"):
        count = _counter(n_nodes + n_edges, on_progress)
        files = write_importer_files(folder, state, records, view, identity, on_rows=count)
    plan = BulkPlan(
        view=view.name,
        store_id=identity.store_id,
        reason=f"load {', '.join(record.study_id for record in records)}",
        load_ids=view.load_ids,
        n_nodes=count_rows(files, is_nodes=True),
        n_edges=count_rows(files, is_nodes=False),
        seconds=seconds,
    )
    return Written(plan, files, tuple(_outcome(record, prepared) for record in records))


def _count_view(view: View, records: list[LoadRecord]) -> tuple[int, int]:
    counts = {facet.name: view.table(facet).height for facet in FACETS}
    n_nodes = sum(counts[facet.name] for facet in FACETS if not facet.nodes)
    facts = [view.edges(record.load_id) for record in records if record.kind in EDGE_KINDS]
    n_evidence = sum(pl.scan_parquet(path).select(pl.len()).collect().item() for path in facts)
    return n_nodes, sum(counts.values()) - n_nodes + n_evidence


def _outcome(record: LoadRecord, prepared: dict[str, float]) -> LoadOutcome:
    seconds = prepared.get(record.load_id, 0.0)
    return LoadOutcome(record.study_id, record.kind, record.load_id, "loaded", record.report, seconds)


def _counter(total: int, on_progress: Progress | None) -> Callable[[int], None]:
    done = 0

    def count(n_rows: int) -> None:
        nonlocal done
        done += n_rows
        if on_progress is not None:
            on_progress(min(done, total), total, "writing the importer's files")

    return count


@contextmanager
def timed(seconds: dict[str, float], step: str) -> Iterator[None]:
    """Add the wall time of what is done inside to the step's seconds."""
    start = monotonic()
    yield
    seconds[step] = seconds.get(step, 0.0) + monotonic() - start
