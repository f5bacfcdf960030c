import dataclasses

import pytest

from loaders.errors import FormatError
from loaders.reference.intervals import empty_intervals, read_intervals
from loaders.report import RowLedger
from tests.loaders.reference.studies import write_study

MAP = {"chromosome": "CHROM", "start_bp": "FROM", "end_bp": "TO"}


def read(spec):
    (frame,) = read_intervals(spec, "GRCh37", RowLedger("test", "annotation"), None)
    return frame


def test_read_intervals__a_mapped_table_is_inclusive(tmp_path):
    spec = write_study(tmp_path, "annotation", "a.csv", "CHROM,FROM,TO\n1,5,9\n", columns=MAP)
    assert read(spec).select("start_bp", "end_bp", "bed_start").row(0) == (5, 9, 4)


def test_read_intervals__a_mapped_bed_is_half_open(tmp_path):
    spec = write_study(tmp_path, "annotation", "a.bed", "CHROM\tFROM\tTO\n1\t5\t9\n", columns=MAP)
    assert read(spec).select("start_bp", "end_bp", "bed_start").row(0) == (6, 9, 5)


def test_read_intervals__name_from_another_column(tmp_path):
    spec = write_study(tmp_path, "annotation", "a.bed", "1\t5\t9\tx\t0\tclass\n", name_from="column_6")
    assert read(spec)["name"].to_list() == ["class"]


def test_read_intervals__name_from_no_column(tmp_path):
    spec = write_study(tmp_path, "annotation", "a.bed", "1\t5\t9\n", name_from="state")
    with pytest.raises(FormatError, match="must have the column state"):
        read(spec)


def test_read_intervals__bed_and_table_do_not_mix(tmp_path):
    bed = write_study(tmp_path, "annotation", "a.bed", "1\t5\t9\n")
    table = write_study(tmp_path, "annotation", "b.csv", "chrom,start,end\n1,5,9\n")
    spec = dataclasses.replace(bed, paths=bed.paths + table.paths)
    with pytest.raises(FormatError, match=r"must all be BED .* or all be tables.*a\.bed: bed, b\.csv: table"):
        read(spec)


def test_empty_intervals__has_the_same_columns(tmp_path):
    spec = write_study(tmp_path, "annotation", "a.bed", "1\t5\t9\tx\n")
    assert set(empty_intervals().columns) == set(read(spec).columns)
