"""Streams of normalised batches."""

import dataclasses
from pathlib import Path

import polars as pl
import pytest

from loaders.errors import FormatError
from loaders.evidence_source import book_left_out, plan_files, stream_evidence
from loaders.report import RowLedger
from tests.loaders.samples import FORMAT_SAMPLES, make_study, write_gwas, write_text


def test_plan_files__every_file_on_its_own(tmp_path: Path) -> None:
    one = write_text(tmp_path / "a.tsv", FORMAT_SAMPLES["saige"].text())
    two = write_text(tmp_path / "b.tsv", FORMAT_SAMPLES["regenie"].text())
    spec = dataclasses.replace(make_study(one), paths=(one, two), model="women")
    plans = [plan for _, plan in plan_files(spec)]
    assert [(plan.format.name, plan.format.model) for plan in plans] == [("saige", "women"), ("regenie", "women")]


def test_plan_files__vcf_of_several_samples(tmp_path: Path) -> None:
    lines = FORMAT_SAMPLES["opengwas-vcf"].text().replace("ieu-a-2", "ieu-a-2\tieu-a-3")
    with pytest.raises(FormatError, match="must hold one sample"):
        plan_files(make_study(write_text(tmp_path / "a.vcf", lines)))


def test_plan_files__separator_of_the_manifest(tmp_path: Path) -> None:
    path = write_text(tmp_path / "a.txt", "SNP, name;P\nrs1;0.1\n")
    columns = {"rsid": "SNP, name", "p_value": "P"}
    assert plan_files(make_study(path, columns=columns, separator="semicolon"))[0][0].columns == ("SNP, name", "P")


def test_stream_evidence__books_what_it_leaves_out(tmp_path: Path) -> None:
    spec = write_gwas(tmp_path / "g.tsv", ["rs1 1 1000 A G .5 .1 1e-3 10", "rs2 1 1000 A G .5 .1 9 10", "rs3"])
    ledger = RowLedger("s", "gwas")
    rows = list(stream_evidence(spec, plan_files(spec), ledger))
    ledger.write(sum(batch.height for batch in rows))
    report = ledger.report()
    assert (report.read, report.written, report.refused) == (3, 1, {"bad_p": 1, "ragged_row": 1})


def test_book_left_out__skips_and_refusals() -> None:
    ledger = RowLedger("s", "gwas")
    ledger.read(3)
    book_left_out(ledger, pl.DataFrame({"reason": ["bad_p", "other_test", "bad_p"], "row_number": [3, 2, 1]}))
    report = ledger.report()
    assert (report.refused, report.skipped, report.examples["bad_p"]) == ({"bad_p": 2}, {"other_test": 1}, (1, 3))
