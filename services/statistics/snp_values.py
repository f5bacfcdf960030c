"""Puts a run's values on SNP nodes: LD scores are staged, shown, then moved; expected heritability is appended."""

import logging
from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from services.graph.store import Store
from services.settings import Settings

_log = logging.getLogger(__name__)

_PRESENT = {"key": pl.String, "ld_score": pl.Float64, "run_id": pl.String, "staged_run_id": pl.String}


def stage_ld_scores(store: Store, settings: Settings, run_id: str, ld_score: Mapping[str, float]) -> None:
    """Put the run's LD scores beside those that readers see, so that the switch changes all of them at once.

    A SNP that carries a score of another run and has none by this one gets an empty one, so that no reader sees the
    scores of two runs mixed.

    Parameters
    ----------
    ld_score
        LD score of each SNP key.
    """
    present = _read_present(store)
    others = present.filter(pl.col("run_id").is_not_null())["key"].to_list()
    empty = ([key, None] for key in others if key not in ld_score)
    _write(store, settings, "statistics/stage_ld_scores", run_id, empty)
    _write(store, settings, "statistics/stage_ld_scores", run_id, ([key, each] for key, each in ld_score.items()))


def promote_ld_scores(store: Store, settings: Settings, run_id: str | None) -> None:
    """After the switch: move the run's scores to their place and remove those of every other run; may be done again.

    Parameters
    ----------
    run_id
        The newest run of LD scores in the release; None where there is none left.
    """
    batch = settings.delete_batch_rows
    store.write("statistics/drop_staged_ld_scores", keep=run_id, batch=batch)
    if run_id is not None:
        store.write("statistics/promote_ld_scores", run_id=run_id, batch=batch)
    store.write("statistics/drop_ld_scores", keep=run_id, batch=batch)


def correct_ld_scores(store: Store, settings: Settings, run_id: str, ld_score: Mapping[str, float]) -> int:
    """Make the nodes carry exactly these scores of a run that readers see; how many nodes were changed."""
    present = _read_present(store).filter(pl.col("run_id") == run_id)
    there = dict(zip(present["key"].to_list(), present["ld_score"].to_list(), strict=True))
    rows: list[list[object]] = [[key, None] for key in there if key not in ld_score]
    rows += [[key, value] for key, value in ld_score.items() if there.get(key) != value]
    _write(store, settings, "statistics/set_ld_scores", run_id, rows)
    return len(rows)


def stage_expected(store: Store, settings: Settings, run_id: str, expected: Mapping[str, float]) -> None:
    """Append each SNP's expected heritability under a run that readers do not see yet; may be done again."""
    _write(store, settings, "statistics/stage_expected", run_id, ([key, value] for key, value in expected.items()))


def correct_expected(store: Store, settings: Settings, run_id: str, expected: Mapping[str, float]) -> int:
    """Make the nodes carry exactly these expected heritabilities of a run; how many nodes were changed."""
    columns = store.read_columns("statistics/expected_of_run", ("key", "value"), run_id=run_id)
    there = dict(zip(columns["key"], columns["value"], strict=True))
    wrong = [[key] for key, value in there.items() if expected.get(key) != value]
    _write(store, settings, "statistics/remove_expected", run_id, wrong)
    missing = [[key, value] for key, value in expected.items() if there.get(key) != value]
    _write(store, settings, "statistics/stage_expected", run_id, missing)
    return len(wrong) + len(missing)


def drop_expected(store: Store, settings: Settings, keep: Sequence[str]) -> None:
    """Remove the expected heritabilities of all runs but these."""
    store.write("statistics/drop_expected", keep=list(keep), batch=settings.delete_batch_rows)


def _read_present(store: Store) -> pl.DataFrame:
    return pl.DataFrame(store.read_columns("statistics/ld_scores_of_snps", _PRESENT), schema=_PRESENT)


def _write(store: Store, settings: Settings, query: str, run_id: str, rows: Iterable[list[object]]) -> None:
    store.write_rows(query, rows, batch=settings.node_batch_rows, run_id=run_id)
