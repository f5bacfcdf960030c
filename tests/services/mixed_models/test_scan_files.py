"""Reading the table of a scan piece by piece; the slow twin reads it whole with polars."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from services.mixed_models import scan_files
from services.mixed_models.errors import RequestError, ScanMissing
from services.mixed_models.run_files import write_scan
from services.mixed_models.scan_files import (
    ScanChoice,
    ScanFile,
    ScanShelf,
    choose_rows,
    stream_arrow,
    stream_json,
)
from services.settings import Settings
from services.statistics.errors import RunDamaged
from services.statistics.runs import describe_analysis, write_folder

N = 2_500


def scan_table() -> pl.DataFrame:
    """A scan of three chromosomes and of SNPs without a place, with a NaN and a null here and there."""
    rng = np.random.default_rng(7)
    chromosome = ["1"] * 1_000 + ["2"] * 1_000 + ["10"] * 400 + [None] * 100
    position: list[int | None] = [*range(1, 1_001), *range(1, 1_001), *range(5_000, 5_400), *([None] * 100)]
    beta, p = rng.normal(size=N), rng.exponential(size=N)
    beta[3], p[3], p[1_500] = np.nan, np.nan, 400.0
    return pl.DataFrame(
        {
            "chromosome": chromosome,
            "rsid": [f"rs{at}" for at in range(N)],
            "position_bp": pl.Series(position, dtype=pl.Int64),
            "n": pl.Series([100] * N, dtype=pl.Int32),
            "beta": beta,
            "neg_log10_p_wald": p,
            "neg_log10_p_lrt": rng.exponential(size=N),
            "is_refitted": [at % 2 == 0 for at in range(N)],
        }
    )


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path)


@pytest.fixture
def scan(home: Settings) -> ScanFile:
    return ScanShelf(home).open(write_run(home))


def write_run(home: Settings, **facts: Any) -> str:
    analysis = describe_analysis("lmm", "EFO:1", inputs={}, studies={}, choices=facts)
    write = lambda folder: scan_table().write_parquet(folder / "scan.parquet", row_group_size=300)  # noqa: E731
    write_folder(home, analysis, {"judged_by": "wald", **facts}, write)
    return analysis.run_id


def read_arrow(scan: ScanFile, choice: ScanChoice) -> pl.DataFrame:
    reader = pa.ipc.open_stream(b"".join(stream_arrow(scan, choose_rows(scan, choice))))
    found = pl.from_arrow(reader.read_all())
    assert isinstance(found, pl.DataFrame)
    return found


def read_json(scan: ScanFile, choice: ScanChoice) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(b"".join(stream_json(scan, choose_rows(scan, choice))))
    return found


def slow_twin(choice: ScanChoice) -> pl.DataFrame:
    table = scan_table()
    if choice.chromosome:
        table = table.filter(pl.col("chromosome") == choice.chromosome)
    if choice.start_bp is not None:
        table = table.filter(pl.col("position_bp") >= choice.start_bp)
    if choice.end_bp is not None:
        table = table.filter(pl.col("position_bp") <= choice.end_bp)
    if choice.min_neg_log10_p is not None:
        p = pl.col("neg_log10_p_wald")
        table = table.filter(p.is_not_nan() & (p >= choice.min_neg_log10_p))
    return table.select(choice.columns or table.columns)


CHOICES = [
    ScanChoice(),
    ScanChoice(columns=("beta", "rsid")),
    ScanChoice(chromosome="1"),
    ScanChoice(chromosome="2", start_bp=290, end_bp=310),
    ScanChoice(chromosome="10", end_bp=5_000),
    ScanChoice(chromosome="10", start_bp=5_399),
    ScanChoice(min_neg_log10_p=0.0),
    ScanChoice(min_neg_log10_p=2.0, columns=("neg_log10_p_lrt",)),
    ScanChoice(chromosome="2", start_bp=400, end_bp=600, min_neg_log10_p=300.0, columns=("position_bp", "n")),
    ScanChoice(chromosome="X"),
]


@pytest.mark.parametrize("batch_rows", [64, 50_000])
@pytest.mark.parametrize("choice", CHOICES, ids=str)
def test_stream_arrow__is_what_the_slow_twin_finds(
    scan: ScanFile, choice: ScanChoice, batch_rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan_files, "BATCH_ROWS", batch_rows)
    found, expected = read_arrow(scan, choice), slow_twin(choice)
    assert found.equals(expected)
    assert found.schema == expected.schema


@pytest.mark.parametrize("choice", CHOICES, ids=str)
def test_stream_json__is_what_the_slow_twin_finds(
    scan: ScanFile, choice: ScanChoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan_files, "BATCH_ROWS", 64)
    found, expected = read_json(scan, choice), slow_twin(choice)
    without_nan = expected.with_columns(pl.selectors.float().fill_nan(None))
    assert found == {
        "run_id": scan.run_id,
        "trait_id": "EFO:1",
        "n_rows": expected.height,
        "columns": without_nan.to_dict(as_series=False),
    }


def test_stream_arrow__names_run_trait_and_rows_and_text_of_the_plain_type(scan: ScanFile) -> None:
    stream = b"".join(stream_arrow(scan, choose_rows(scan, ScanChoice(chromosome="1"))))
    schema = pa.ipc.open_stream(stream).schema
    assert schema.metadata == {b"run_id": scan.run_id.encode(), b"trait_id": b"EFO:1", b"n_rows": b"1000"}
    assert schema.field("rsid").type == pa.string()


def test_streams__hold_no_more_than_a_batch(scan: ScanFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan_files, "BATCH_ROWS", 64)
    chosen = choose_rows(scan, ScanChoice())
    whole = sum(map(len, stream_arrow(scan, chosen)))
    assert max(map(len, stream_arrow(scan, chosen))) < whole / 10
    sizes = [batch.num_rows for batch in scan_files.read_batches(scan, chosen, ("beta",))]
    assert max(sizes) == 64
    assert sum(sizes) == N


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (ScanChoice(chromosome="chr2", start_bp=290, end_bp=310), [3, 4]),
        (ScanChoice(chromosome="2", start_bp=290, end_bp=310, min_neg_log10_p=300), []),
        (ScanChoice(min_neg_log10_p=300), [5]),
        (ScanChoice(chromosome="X"), []),
    ],
)
def test_choose_rows__reads_only_the_row_groups_that_may_hold_some(
    scan: ScanFile, choice: ScanChoice, expected: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    mask_of = scan_files._mask_of

    def spy(file: Any, group: int, bounds: Any) -> Any:
        read.append(group)
        return mask_of(file, group, bounds)

    monkeypatch.setattr(scan_files, "_mask_of", spy)
    choose_rows(scan, choice)
    assert read == expected


def test_choose_rows__without_statistics_reads_all(home: Settings, scan: ScanFile) -> None:
    scan_table().write_parquet(scan.path, row_group_size=300, statistics=False)
    choice = ScanChoice(chromosome="2", start_bp=290, end_bp=310)
    assert read_arrow(scan, choice).equals(slow_twin(choice))


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        (ScanChoice(columns=("beta", "gamma")), r"columns must be some of the scan's, each once; seen: gamma; choose"),
        (ScanChoice(columns=("beta", "beta")), r"each once; seen: beta, beta; choose from chromosome, rsid"),
        (ScanChoice(columns=("",)), r"columns must be some"),
        (ScanChoice(chromosome="banana"), r"a chromosome must be 1 to 22, X, Y or MT; seen: banana"),
        (ScanChoice(start_bp=1), r"a region must have a chromosome; seen: start 1, end None"),
        (ScanChoice(chromosome="1", start_bp=0), r"a region must go from .* of at least 1 .*seen: start 0"),
        (ScanChoice(chromosome="1", start_bp=9, end_bp=8), r"seen: start 9, end 8; give start and end in this order"),
        (ScanChoice(chromosome="1", end_bp=0), r"a region must go from"),
        (ScanChoice(min_neg_log10_p=-1.0), r"a bar of -log10 p must be a number of at least 0; seen: -1"),
        (ScanChoice(min_neg_log10_p=float("nan")), r"a bar of -log10 p must be"),
    ],
)
def test_choose_rows__names_what_cannot_be(scan: ScanFile, choice: ScanChoice, message: str) -> None:
    with pytest.raises(RequestError, match=message):
        choose_rows(scan, choice)


def test_choose_rows__no_bar_without_a_main_test(home: Settings) -> None:
    scan = ScanShelf(home).open(write_run(home, judged_by="score"))
    assert scan.p_column == ""
    with pytest.raises(RequestError, match="a bar needs the p-values of the scan's main test"):
        choose_rows(scan, ScanChoice(min_neg_log10_p=1.0))


def test_open__reads_whole_files_once(home: Settings, scan: ScanFile, monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[str] = []
    monkeypatch.setattr(scan_files, "check_folder", lambda _settings, run_id: checked.append(run_id))
    shelf = ScanShelf(home)
    for _ in range(3):
        shelf.open(scan.run_id)
    assert checked == [scan.run_id]


def test_describe__reads_the_footer(scan: ScanFile) -> None:
    assert (scan.trait_id, scan.n_rows, scan.p_column) == ("EFO:1", N, "neg_log10_p_wald")
    assert scan.columns == tuple(scan_table().columns)


def test_open__a_changed_file_is_damage_also_after_it_was_whole(home: Settings, scan: ScanFile) -> None:
    shelf = ScanShelf(home)
    assert shelf.open(scan.run_id) == shelf.open(scan.run_id) == scan
    scan_table().head(10).write_parquet(scan.path)
    with pytest.raises(RunDamaged, match="is not what was written"):
        shelf.open(scan.run_id)


def test_describe__what_is_missing_or_no_table_is_named(home: Settings, scan: ScanFile) -> None:
    with pytest.raises(ScanMissing, match=r"no readable scan.parquet of run 00aa.*attach the scan again"):
        ScanShelf(home).describe("00aa")
    scan.path.write_bytes(b"no parquet")
    with pytest.raises(ScanMissing, match="no readable"):
        ScanShelf(home).open(scan.run_id)


def test_write_scan__makes_row_groups_with_statistics(tmp_path: Path) -> None:
    rows = pl.DataFrame({"position_bp": pl.int_range(250_000, eager=True)})
    table, _ = write_scan(tmp_path / "x", rows, {})
    footer = pq.read_metadata(table)
    assert [footer.row_group(at).num_rows for at in range(footer.num_row_groups)] == [100_000, 100_000, 50_000]
    assert footer.row_group(1).column(0).statistics.min == 100_000
