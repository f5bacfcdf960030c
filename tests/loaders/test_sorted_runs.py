"""The external sort, against sorting in memory."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from loaders.sorted_runs import SortedRuns

KEY = (pl.col("a"), pl.col("b"), pl.col("c"))


def _frame(n_rows: int) -> pl.DataFrame:
    rng = np.random.default_rng(5)
    return pl.DataFrame(
        {
            "a": [f"t{value}" for value in rng.integers(0, 4, n_rows)],
            "b": rng.integers(0, 6, n_rows),
            "c": [f"rs{value}" for value in rng.integers(0, 3, n_rows)],
            "value": np.arange(n_rows),
        }
    )


@pytest.mark.parametrize("run_rows", [50, 333, 10_000])
def test_sorted_runs__ranges_part_the_rows_in_order(
    run_rows: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("loaders.sorted_runs._SAMPLE_EVERY", 7)
    frame = _frame(1000)
    runs = SortedRuns(tmp_path, KEY, run_rows=run_rows)
    for start in range(0, 1000, 90):
        runs.add(frame.slice(start, 90))
    runs.add(frame.head(0))
    parts = list(runs.ranges())
    joined = pl.concat(part.sort("a", "b", "c", "value") for part in parts)
    assert joined.equals(frame.sort("a", "b", "c", "value"))
    assert run_rows > 1000 or max(part.height for part in parts) < 1000 / 2


def test_sorted_runs__no_rows(tmp_path: Path) -> None:
    assert list(SortedRuns(tmp_path, KEY).ranges()) == []
