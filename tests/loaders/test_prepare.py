"""From files to table, edges and report: duplicates, thresholds, several files, refusals, the same bytes."""

import dataclasses
import hashlib
import json
from pathlib import Path

import polars as pl
import pytest

from loaders.errors import RefusedRowsError
from loaders.prepare import check_study, prepare_study
from tests.loaders.samples import GWAS_COLUMNS, load, load_gwas, make_study, write_gwas, write_text


def test_prepare_study__writes_table_edges_and_report(tmp_path: Path) -> None:
    spec = dataclasses.replace(
        write_gwas(tmp_path / "g.tsv", ["rs2 1 2000 A G .5 .1 1e-9 10", "rs1 1 1000 A G .1 .1 .3 10"]), p_threshold=1e-8
    )
    prepared, table = load(spec, tmp_path)
    assert table["rsid"].to_list() == ["rs1", "rs2"]
    assert pl.read_parquet(prepared.edges)["rsid"].to_list() == ["rs2"]
    assert json.loads((tmp_path / "load" / "report.json").read_text()) == prepared.report.to_dict()
    assert (prepared.report.read, prepared.report.written, prepared.report.skipped) == (2, 1, {"below_threshold": 1})


def test_prepare_study__p_at_the_threshold_is_below_it(tmp_path: Path) -> None:
    spec = dataclasses.replace(write_gwas(tmp_path / "g.tsv", ["rs1 1 1000 A G .5 .1 1e-8 10"]), p_threshold=1e-8)
    assert load(spec, tmp_path)[0].report.skipped == {"below_threshold": 1}


def test_prepare_study__sorted_by_target_chromosome_position_rsid(tmp_path: Path) -> None:
    rows = ["rs9 10 5 A G .5 .1 .1 1", "rs8 2 7 A G .5 .1 .1 1", "rs7 2 6 A G .5 .1 .1 1", "rs6 . . A G .5 .1 .1 1",
            "rs5 X 5 A G .5 .1 .1 1"]  # fmt: skip
    assert load_gwas(tmp_path, rows)[1]["rsid"].to_list() == ["rs7", "rs8", "rs9", "rs5", "rs6"]


def test_prepare_study__duplicates_keep_smallest_p_then_largest_n_then_lexically_first(tmp_path: Path) -> None:
    rows = [
        "rs1 1 1000 A G .5 .1 1e-3 10",
        "rs1 1 1000 A G .5 .1 1e-4 10",
        "rs1 1 1000 T C .6 .1 1e-4 20",
        "rs1 1 1000 A G .6 .1 1e-4 20",
        "rs2 1 2000 A G .5 .1 1e-4 10",
    ]
    for order in (rows, rows[::-1]):
        prepared, table = load_gwas(tmp_path, order)
        first = table.row(0, named=True)
        assert (first["n_samples"], first["effect_allele"], first["neg_log10_p"]) == (20, "A", pytest.approx(4.0))
        assert table.height == 2
        assert prepared.report.skipped == {"duplicate": 3}


def test_prepare_study__several_files_count_rows_on(tmp_path: Path) -> None:
    one = write_gwas(tmp_path / "1.tsv", ["rs1 1 1000 A G .5 .1 1e-3 10"])
    two = write_gwas(tmp_path / "2.tsv", ["rs2 1 900 A G .5 .1 1e-3 10", "rs3 77 900 A G .5 .1 1e-3 10"])
    spec = dataclasses.replace(one, paths=(*one.paths, *two.paths))
    prepared, table = load(spec, tmp_path)
    assert table["row_number"].to_list() == [2, 1]
    assert prepared.report.examples == {"unknown_chromosome": (3,)}


@pytest.mark.parametrize("run_rows", [3, 7])
def test_prepare_study__same_bytes_however_little_is_held_in_memory(run_rows: int, tmp_path: Path) -> None:
    rows = [f"rs{i % 37} {1 + i % 3} {1000 + i % 37} A G .5 .1 {0.001 * (1 + i % 50)} {i}" for i in range(200)]
    rows += [f"rs{i % 41 + 100} . . C T .5 .1 .01 {i}" for i in range(100)]
    spec = write_gwas(tmp_path / "g.tsv", rows)
    sums, reports = set(), set()
    for index, size in enumerate((10_000, run_rows)):
        prepared = prepare_study(spec, reference_build="GRCh37", folder=tmp_path / str(index), run_rows=size)
        sums.add(hashlib.sha256(prepared.table.read_bytes() + prepared.edges.read_bytes()).hexdigest())
        reports.add(str(prepared.report))
    assert len(sums) == len(reports) == 1


def test_prepare_study__more_refused_than_allowed_writes_nothing(tmp_path: Path) -> None:
    spec = write_gwas(tmp_path / "g.tsv", ["rs1 1 1000 A G .5 .1 7 10", "rs2 1 2000 A G .5 .1 -1 10"])
    with pytest.raises(RefusedRowsError, match=r"no more than 50% .* 2 of 2 rows .* 2 bad_p .* data rows 1, 2"):
        load(spec, tmp_path)
    assert not (tmp_path / "load").exists()


def test_prepare_study__failure_leaves_a_given_folder_empty(tmp_path: Path) -> None:
    folder = tmp_path / "given"
    folder.mkdir()
    spec = write_gwas(tmp_path / "g.tsv", ["rs1 1 1000 A G .5 .1 7 10"])
    with pytest.raises(RefusedRowsError, match="no more than"):
        prepare_study(spec, reference_build="GRCh37", folder=folder)
    assert list(folder.iterdir()) == []


def test_prepare_study__the_studys_own_limit_wins(tmp_path: Path) -> None:
    spec = write_gwas(tmp_path / "g.tsv", ["rs1 1 1000 A G .5 .1 7 10", "rs2 1 2000 A G .5 .1 .1 10"])
    with pytest.raises(RefusedRowsError, match="no more than 10%"):
        load(dataclasses.replace(spec, max_refused_share=0.1), tmp_path)
    assert load(dataclasses.replace(spec, max_refused_share=0.9), tmp_path)[0].report.written == 1


def test_prepare_study__skips_are_no_refusals(tmp_path: Path) -> None:
    rows = ["rs1 1 1000 A G .5 .1 .5 10"] * 5
    assert load(write_gwas(tmp_path / "g.tsv", rows), tmp_path)[0].report.refused_share == 0


def test_prepare_study__row_filter_of_the_manifest(tmp_path: Path) -> None:
    spec = write_gwas(tmp_path / "g.tsv", ["rs1 1 1000 A G .5 .1 .5 10", "rs2 2 1000 A G .5 .1 .5 10"])
    prepared, table = load(dataclasses.replace(spec, keep={"CHR": ("2",)}), tmp_path)
    assert table["rsid"].to_list() == ["rs2"]
    assert prepared.report.skipped == {"filtered": 1}


def test_prepare_study__build_of_the_format_is_returned(tmp_path: Path) -> None:
    header = ["SNP", "N", "Z", "A1", "A2"]
    path = write_text(tmp_path / "a.sumstats", "\t".join(header) + "\nrs1\t10\t5\tA\tG\n")
    assert load(make_study(path, build="GRCh38"), tmp_path)[0].spec.build == "GRCh38"


def test_prepare_study__progress_ends_at_the_total(tmp_path: Path) -> None:
    calls: list[tuple[int, int, str]] = []
    spec = write_gwas(tmp_path / "g.tsv", ["rs1 1 1000 A G .5 .1 .5 10"])
    load(spec, tmp_path, on_progress=lambda done, total, text: calls.append((done, total, text)))
    assert calls[-1] == (spec.paths[0].stat().st_size,) * 2 + ("study-1: reading g.tsv",)


def test_check_study__counts_and_leaves_nothing(tmp_path: Path) -> None:
    spec = write_gwas(tmp_path / "g.tsv", ["rs1 1 1000 A G .5 .1 .5 10"])
    before = sorted(tmp_path.iterdir())
    assert check_study(spec, reference_build="GRCh37").written == 1
    assert sorted(tmp_path.iterdir()) == before


def test_prepare_study__reference_kinds_are_dispatched(tmp_path: Path) -> None:
    path = write_text(tmp_path / "blocks.bed", "chr\tstart\tstop\nchr1\t10583\t1892607\n")
    prepared = prepare_study(make_study(path, "ld_blocks"), reference_build="GRCh37", folder=tmp_path / "load")
    assert prepared.edges is None
    assert prepared.report.written == 1


def test_prepare_study__empty_table_is_written(tmp_path: Path) -> None:
    prepared, table = load(write_gwas(tmp_path / "g.tsv", []), tmp_path)
    assert (table.height, prepared.report.read) == (0, 0)
    assert set(GWAS_COLUMNS) - {"p_value"} <= set(table.columns)
