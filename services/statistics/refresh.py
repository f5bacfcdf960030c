"""Attaches the current statistics again after studies came or went, and retires those whose ground is gone."""

import json
import logging
from collections.abc import Sequence

from services.graph.store import Store
from services.releases import current_release, switch_release
from services.runs import ModelRun, active_runs, list_runs
from services.settings import Settings
from services.statistics.attach import attach_results, detach_results
from services.statistics.errors import RunDamaged, StatisticsBusy
from services.statistics.expected import correct_expected_run
from services.statistics.ld_staging import correct_ld_run
from services.statistics.locking import (
    ask_for_refresh,
    begin_refresh,
    end_refresh,
    is_refresh_asked,
    statistics_lock,
)
from services.statistics.reports import RefreshReport
from services.statistics.runs import (
    GENETIC_CORRELATION,
    LD_SCORES,
    LMM,
    MODELS,
    REML_CORRELATION,
    S_LDSC,
    Analysis,
    check_folder,
    studies_of_run,
    sweep_unfinished,
)
from services.statistics.scan_values import correct_scans
from services.statistics.settling import newest_ld_scores, settle_values
from services.statistics.trait_properties import PROPERTY_GROUPS

_log = logging.getLogger(__name__)


def refresh_statistics(store: Store, settings: Settings) -> RefreshReport:
    """Make the graph hold the results of the current release's runs, and nothing of any other.

    Nodes that came, went or were renamed since get or lose their values. A run is retired when a study that it was
    made from is not loaded any more, when its trait is no node, or when its files are gone. A run stays, and counts
    as stale, when such a study was loaded anew: its values are those of the earlier load.

    Parameters
    ----------
    store, settings
        The graph and the state folder.

    Returns
    -------
    RefreshReport
        ``is_deferred`` when another process computes statistics; it does this when it has ended.
    """
    ask_for_refresh(settings)
    try:
        with statistics_lock(settings, "attaching statistics again"):
            begin_refresh(settings)
            report = _refresh(store, settings)
            end_refresh(settings)
    except StatisticsBusy:
        _log.info("another process computes statistics; it attaches them again when it has ended")
        return RefreshReport(is_deferred=True)
    return report


def ask_if_needed(store: Store, settings: Settings) -> None:
    """Before studies change: note that the statistics, if there are any, are to be attached again.

    The note outlives a kill, so that `refresh_if_asked` of the next command does what this one could not.
    """
    if any(run.model in MODELS for run in list_runs(store)):
        ask_for_refresh(settings)


def refresh_if_asked(store: Store, settings: Settings) -> RefreshReport:
    """After studies changed: attach the statistics again where a note asks for it."""
    return refresh_statistics(store, settings) if is_refresh_asked(settings) else RefreshReport()


def _refresh(store: Store, settings: Settings) -> RefreshReport:
    sweep_unfinished(store, settings)
    retired = _retire(store, settings)
    runs = active_runs(store, *MODELS)
    with store.transaction() as transaction:
        for run in runs:
            attach_results(transaction, _analysis_of(run), run.metrics)
    newest = newest_ld_scores(store)
    for run in runs:
        if run.model == LD_SCORES:
            correct_ld_run(store, settings, run, is_newest=newest is not None and run.run_id == newest.run_id)
        elif run.model == S_LDSC:
            correct_expected_run(store, settings, run)
    correct_scans(store, settings)
    for model in (LD_SCORES, S_LDSC, LMM):
        settle_values(store, settings, model)
    _sweep_edges(store)
    load_ids = {*current_release(store).load_ids}
    stale = tuple(run.run_id for run in runs if not {*run.load_ids} <= load_ids)
    _log.info("%d runs attached, %d retired, %d stale", len(runs), len(retired), len(stale))
    return RefreshReport(attached=tuple(run.run_id for run in runs), retired=retired, stale=stale)


def _retire(store: Store, settings: Settings) -> tuple[str, ...]:
    """Take the runs whose ground is gone from the release, their properties and edges in the same transaction."""
    doomed = [run.run_id for run in active_runs(store, *MODELS) if not _has_ground(store, settings, run)]
    if doomed:
        with store.transaction() as transaction:
            transaction.run("releases/lock")
            transaction.run("runs/retire", run_ids=doomed)
            detach_results(transaction, doomed)
            switch_release(transaction, "statistics whose studies are gone", remove_run_ids=doomed)
    return tuple(doomed)


def _has_ground(store: Store, settings: Settings, run: ModelRun) -> bool:
    studies = {row["study_id"] for row in store.read("ingest/list_study_ids")}
    if not {*studies_of_run(run)} <= studies:
        return False
    traits = _traits_of(run)
    found = {row["trait_id"] for row in store.read("statistics/known_traits", trait_ids=list(traits))}
    if not {*traits} <= found:
        return False
    try:
        check_folder(settings, run.run_id)
    except RunDamaged as error:
        _log.warning("run %s is retired: %s", run.run_id, error)
        return False
    return True


def _traits_of(run: ModelRun) -> Sequence[str]:
    if run.model == LD_SCORES:
        return ()
    if run.model == GENETIC_CORRELATION:
        return tuple(run.metrics[which]["source"]["target"] for which in ("first", "second"))
    if run.model == REML_CORRELATION:
        return tuple(run.metrics["trait_ids"])
    return (run.scope,)


def _sweep_edges(store: Store) -> None:
    """Remove properties and edges of runs that the release does not name, whatever left them."""
    seen = current_release(store).run_ids
    stray = {row["run_id"] for row in store.read("statistics/edge_runs")} - {*seen}
    owners = [group.owner for group in PROPERTY_GROUPS.values()]
    rows = store.read("statistics/stray_trait_results", run_ids=list(seen), owners=owners)
    stray |= {row["run_id"] for row in rows}
    if stray:
        with store.transaction() as transaction:
            detach_results(transaction, sorted(stray))


def _analysis_of(run: ModelRun) -> Analysis:
    return Analysis(
        run_id=run.run_id,
        fingerprint=run.fingerprint,
        model=run.model,
        scope=run.scope,
        inputs=dict(entry.rsplit("=", 1) for entry in run.inputs),
        study_ids=tuple(json.loads(run.settings).get("study_ids", ())),
        load_ids=run.load_ids,
        settings=run.settings,
        code_version=run.code_version,
        release_number=run.release_number,
    )
