"""The life of a run on the graph: replaced in one switch, and the same graph whatever interrupted it."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from services.graph.store import Store
from services.releases import current_release
from services.settings import Settings
from services.statistics import (
    LdScoreRequest,
    RegressionRequest,
    StatisticsBusy,
    compute_ld_scores,
    estimate_trait_correlation,
    estimate_trait_heritability,
    partition_heritability,
)
from services.statistics.locking import statistics_lock
from tests.conftest import Cypher
from tests.services.statistics.small_world import before_each_write, load_world, seen_by_readers, statistics_of

pytestmark = pytest.mark.store

Command = Callable[[Store, Settings], Any]

WIDE = LdScoreRequest(window_kb=500, n_processes=1, pair_threshold=0.2, annotations=("marks",))
NARROW = LdScoreRequest(window_kb=200, n_processes=1, pair_threshold=0.3, minimum_maf=0.2)
FEW, MORE = RegressionRequest(n_blocks=20), RegressionRequest(n_blocks=25)
FIXED = RegressionRequest(n_blocks=20, intercept=1.0, covariance_intercept=0.0)


def _ld(options: LdScoreRequest) -> Command:
    return lambda store, settings: compute_ld_scores(store, settings, "panel", options=options)


def _h2(request: RegressionRequest) -> Command:
    return lambda store, settings: estimate_trait_heritability(store, settings, "T:1", request=request)


def _partition(request: RegressionRequest) -> Command:
    return lambda store, settings: partition_heritability(store, settings, "T:1", request=request)


def _rg(request: RegressionRequest) -> Command:
    return lambda store, settings: estimate_trait_correlation(store, settings, "T:2", "T:1", request=request)


COMMANDS = {
    "ld-scores": (_ld(WIDE), _ld(NARROW)),
    "s-ldsc": (_partition(FEW), _partition(MORE)),
    "ldsc": (_h2(FEW), _h2(MORE)),
    "genetic-correlation": (_rg(FEW), _rg(MORE)),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", list(COMMANDS))
def test_make_run__interrupted_between_any_two_writes(
    store: Store, settings: Settings, cypher: Cypher, tmp_path: Path, name: str
) -> None:
    load_world(store, settings, tmp_path)
    if name != "ld-scores":
        _ld(WIDE)(store, settings)
    first, second = COMMANDS[name]
    for command in (first, second, first):
        command(store, settings)
    before, shown_before = statistics_of(cypher), seen_by_readers(cypher)
    second(store, settings)
    after, shown_after = statistics_of(cypher), seen_by_readers(cypher)
    assert before != after
    n_writes, is_through = 0, False
    while not is_through:
        first(store, settings)
        assert statistics_of(cypher) == before
        with pytest.MonkeyPatch.context() as patch:
            before_each_write(patch, _interrupt_at(n_writes))
            try:
                second(store, settings)
                is_through = True
            except InterruptedError:
                assert seen_by_readers(cypher) in (shown_before, shown_after)
        assert second(store, settings).status in {"computed", "unchanged"}
        assert statistics_of(cypher) == after, f"interrupted before write {n_writes}"
        n_writes += 1
    assert n_writes >= 3


def _interrupt_at(wanted: int) -> Callable[[int], None]:
    def interrupt(number: int) -> None:
        if number == wanted:
            raise InterruptedError(str(number))

    return interrupt


def test_make_run__readers_see_the_old_run_or_the_new_one(
    store: Store, settings: Settings, cypher: Cypher, tmp_path: Path
) -> None:
    load_world(store, settings, tmp_path)
    _ld(WIDE)(store, settings)
    commands = [_ld(NARROW), _h2(FEW), _partition(FEW), _rg(FIXED)]
    for command in commands:
        old = seen_by_readers(cypher)
        seen: list[dict[str, Any]] = []
        with pytest.MonkeyPatch.context() as patch:
            before_each_write(patch, partial(_note, cypher, seen))
            command(store, settings)
        new = seen_by_readers(cypher)
        assert new != old
        assert all(each in (old, new) for each in seen)
        n_old = sum(each == old for each in seen)
        assert seen == [old] * n_old + [new] * (len(seen) - n_old), "one switch, and no way back"


def _note(cypher: Cypher, into: list[dict[str, Any]], _number: int) -> None:
    into.append(seen_by_readers(cypher))


def test_make_run__of_the_same_inputs_changes_nothing(
    store: Store, settings: Settings, cypher: Cypher, tmp_path: Path
) -> None:
    load_world(store, settings, tmp_path)
    commands = [_ld(WIDE), _h2(FEW), _partition(FEW), _rg(FEW)]
    reports = [command(store, settings) for command in commands]
    before, number = statistics_of(cypher), current_release(store).number
    assert len(before["runs"]) == 4
    again = [command(store, settings) for command in commands]
    assert {report.status for report in again} == {"unchanged"}
    assert (statistics_of(cypher), current_release(store).number) == (before, number)
    for report, repeated in zip(reports, again, strict=True):
        told = {"status", "seconds", "release"}
        expected = {name: value for name, value in report.to_dict().items() if name not in told}
        assert {name: value for name, value in repeated.to_dict().items() if name not in told} == expected


def test_analysing__refuses_a_second_process(store: Store, settings: Settings) -> None:
    with statistics_lock(settings, "something else"), pytest.raises(StatisticsBusy, match="something else"):
        _ld(WIDE)(store, settings)
