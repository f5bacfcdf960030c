"""Clears up values on SNPs and pairs of SNPs around a switch: what readers see moves to its place, the rest goes."""

from services.graph.store import Store
from services.releases import current_release
from services.runs import ModelRun, active_runs
from services.settings import Settings
from services.statistics.runs import LD_SCORES, LMM, S_LDSC
from services.statistics.scan_values import drop_scan_values, newest_scans
from services.statistics.snp_values import drop_expected, promote_ld_scores


def settle_values(store: Store, settings: Settings, model: str, *, keep: str = "") -> None:
    """Make the graph hold the values of the current release's runs of a model and no others; may be done again.

    Parameters
    ----------
    model
        Only LD scores, stratified regressions and scans of people have values on SNPs.
    keep
        A run about to be shown: what was staged of its pairs and appended values stays, so that a kill costs little.
    """
    if model == LD_SCORES:
        newest = newest_ld_scores(store)
        promote_ld_scores(store, settings, None if newest is None else newest.run_id)
        sweep_pairs(store, settings, keep=keep)
    elif model == S_LDSC:
        drop_expected(store, settings, [keep, *current_release(store).run_ids])
    elif model == LMM:
        drop_scan_values(store, settings, [keep, *(run.run_id for run in newest_scans(store, settings))])


def newest_ld_scores(store: Store) -> ModelRun | None:
    """The run whose LD scores the SNP nodes carry: of several panels' runs the one that finished last."""
    return max(active_runs(store, LD_SCORES), key=lambda run: (run.finished_at or "", run.run_id), default=None)


def sweep_pairs(store: Store, settings: Settings, *, keep: str = "") -> int:
    """Delete the pairs of runs that readers do not see; how many there were."""
    seen = {keep, *current_release(store).run_ids}
    stale = [row for row in store.read("statistics/ld_pair_runs") if row["run_id"] not in seen]
    if stale:
        run_ids = [row["run_id"] for row in stale]
        store.write("statistics/delete_ld_pairs", run_ids=run_ids, batch=settings.delete_batch_rows)
    return sum(int(row["n_edges"]) for row in stale)
