"""Loads the studies of a manifest: all of them or, when one cannot be loaded, none."""

import dataclasses
import logging
import tempfile
from collections.abc import Collection, Sequence
from pathlib import Path
from time import monotonic

import polars as pl

from loaders.manifest import Manifest
from services.graph.connections import Progress
from services.graph.setup import prepare_database
from services.graph.store import Store
from services.ingest.build_guard import check_build
from services.ingest.facets import SNPS
from services.ingest.planning import PlannedLoad, check_headers, missing_loads, plan_loads
from services.ingest.preparation import Limits, prepare_in, prepare_load
from services.ingest.publishing import publish, study_row
from services.ingest.records import LoadRecord, describe_study, find_record, read_record, write_record
from services.ingest.reports import IngestReport, LoadOutcome
from services.ingest.state import StateFolder, locked
from services.ingest.sweeping import repair
from services.ingest.views import read_current_view
from services.releases import current_release
from services.settings import Settings
from services.statistics.refresh import ask_if_needed, refresh_if_asked

_log = logging.getLogger(__name__)


def ingest_manifest(
    store: Store, settings: Settings, manifest: Manifest, *, on_progress: Progress | None = None
) -> IngestReport:
    """Load what a manifest names; what is loaded already, from the same files and settings, is left as it is.

    All studies are prepared and checked before anything is written to the graph. They appear to readers in one
    switch. After a kill at any moment the same call brings about the same graph. Statistics are then attached again,
    and those whose studies are gone are retired.

    Parameters
    ----------
    on_progress
        Called with (done, total, text).

    Raises
    ------
    IngestBusy
        When another process is loading into the same state folder.
    LoadError
        When a study cannot be loaded; nothing was written.
    WrongBuild
        When a study's positions are those of another build; nothing was written.
    ForeignStore, StateDamaged
        When graph and state folder do not belong together or are not whole.
    """
    state = StateFolder(settings.home)
    with locked(state, f"loading {manifest.path.name}"):
        prepare_database(store, manifest.reference_build)
        limits = Limits(manifest.reference_build, settings.refused_share_limit)
        active = _read_active(store, state)
        planned = plan_loads(manifest, active, on_progress=on_progress)
        others = [record for record in active if record.study_id not in {item.spec.id for item in planned}]
        target = [record.load_id for record in others] + [item.load_id for item in planned]
        repair(store, settings, keep=target, on_progress=on_progress)
        seconds = prepare_missing(state, planned, limits, on_progress)
        records = [*others, *refreshed_records(state, planned)]
        check_builds(state, records, seconds)
        if {*target} != {*current_release(store).load_ids}:
            names = [item.spec.id for item in planned if not item.is_unchanged]
            ask_if_needed(store, settings)
            publish(
                store,
                settings,
                records,
                f"load {', '.join(names)}",
                reference_build=manifest.reference_build,
                on_progress=on_progress,
            )
        else:
            store.write_rows("ingest/write_studies", [study_row(record) for record in records])
        refresh_if_asked(store, settings)
        return report_loads(store, state, _list_outcomes(state, planned, seconds))


def check_manifest(
    store: Store | None, settings: Settings, manifest: Manifest, *, on_progress: Progress | None = None
) -> IngestReport:
    """Read and count everything that a manifest names, and write nothing.

    Parameters
    ----------
    store
        Positions sources that it holds are compared with, too; None to look at the manifest alone.

    Raises
    ------
    LoadError, WrongBuild
        As `ingest_manifest` would.
    """
    outcomes, limits = [], Limits(manifest.reference_build, settings.refused_share_limit)
    with tempfile.TemporaryDirectory(prefix="locusgraph-check-") as name:
        scratch, home = StateFolder(Path(name)), StateFolder(settings.home)
        records: list[LoadRecord] = []
        for item in plan_loads(manifest, (), on_progress=on_progress):
            start, folder = monotonic(), scratch.load(item.load_id)
            folder.mkdir(parents=True)
            record = prepare_in(folder, item.spec, item.load_id, limits, on_progress=on_progress)
            records.append(record)
            outcomes.append(_outcome(item, record, "checked", monotonic() - start))
        loaded = [] if store is None else _read_active(store, home)
        others = [record for record in loaded if record.study_id not in {spec.id for spec in manifest.studies}]
        for record in records:
            check_build(record, scratch, records)
            check_build(record, home, others, folder=scratch.load(record.load_id))
    return IngestReport(tuple(outcomes))


def _read_active(store: Store, state: StateFolder) -> list[LoadRecord]:
    """The loads that readers see, as far as their files are there (a missing one may be prepared again)."""
    found = (find_record(state, load_id) for load_id in current_release(store).load_ids)
    return [record for record in found if record is not None]


def prepare_missing(
    state: StateFolder, planned: Sequence[PlannedLoad], limits: Limits, on_progress: Progress | None
) -> dict[str, float]:
    """Prepare the loads whose files are missing; how long each took, in seconds."""
    seconds = {}
    missing = missing_loads(state, planned)
    check_headers(missing)
    for item in missing:
        start = monotonic()
        prepare_load(item.spec, item.load_id, state, limits, on_progress=on_progress)
        seconds[item.load_id] = monotonic() - start
        _log.info("prepared %s in %.1f s", item.spec.id, seconds[item.load_id])
    return seconds


def check_builds(state: StateFolder, records: Sequence[LoadRecord], prepared: Collection[str]) -> None:
    """See that the positions of the loads that were just prepared are those of their builds.

    Raises
    ------
    WrongBuild
        When those of one are not.
    """
    for record in records:
        if record.load_id in prepared:
            check_build(record, state, records)


def refreshed_records(state: StateFolder, planned: Sequence[PlannedLoad]) -> list[LoadRecord]:
    """The planned loads with what the manifest now says of their studies (a citation may change without a load)."""
    refreshed = []
    for item in planned:
        record = read_record(state, item.load_id)
        study = {**record.study, **describe_study(dataclasses.replace(item.spec, build=record.build))}
        if study != record.study:
            record = dataclasses.replace(record, study=study)
            write_record(record, state.load(item.load_id))
        refreshed.append(record)
    return refreshed


def report_loads(store: Store, state: StateFolder, outcomes: Sequence[LoadOutcome]) -> IngestReport:
    """What became of the studies, with the release that readers see now and its SNPs."""
    snps = read_current_view(state).table(SNPS).select("chromosome")
    return IngestReport(
        tuple(outcomes),
        release=current_release(store).number,
        n_snps=snps.height,
        n_snps_unplaced=snps.select(pl.col("chromosome").null_count()).item(),
    )


def _list_outcomes(state: StateFolder, planned: Sequence[PlannedLoad], seconds: dict[str, float]) -> list[LoadOutcome]:
    outcomes = []
    for item in planned:
        changed = "loaded" if item.active_load_id is None else "replaced"
        status = "unchanged" if item.is_unchanged else changed
        outcomes.append(_outcome(item, read_record(state, item.load_id), status, seconds.get(item.load_id, 0.0)))
    return outcomes


def _outcome(item: PlannedLoad, record: LoadRecord, status: str, seconds: float) -> LoadOutcome:
    load_id = "" if status == "checked" else record.load_id
    return LoadOutcome(item.spec.id, item.spec.kind, load_id, status, record.report, seconds)
