import polars as pl
import pytest

from loaders.errors import FormatError
from loaders.manifest import StudySpec
from loaders.reference.rows import close_ledger, finite_number, is_outside, sift, whole_number
from loaders.report import Refusal, RowLedger, Skip
from loaders.tables import ROW_NUMBER


def test_sift__each_row_has_the_first_reason_that_holds():
    frame = pl.DataFrame({"x": [1, 2, None, 4], ROW_NUMBER: [11, 12, 13, 14]})
    ledger = RowLedger("test", "genes")
    ledger.read(4)
    kept = sift(frame, [(Skip.FILTERED, pl.col("x") > 3), (Refusal.BAD_INTERVAL, pl.col("x") > 1)], ledger)
    ledger.write(kept.height)
    report = ledger.report()
    assert kept["x"].to_list() == [1, None]
    assert (report.skipped, report.refused) == ({"filtered": 1}, {"bad_interval": 1})
    assert report.examples == {"filtered": (14,), "bad_interval": (12,)}


def test_whole_number():
    texts = ["12", "12.0", "1e6", "12.5", "x", None, "-3", "inf", "9007199254740993"]
    expected = [12, 12, 1_000_000, None, None, None, -3, None, 9007199254740993]
    assert pl.DataFrame({"x": texts}).select(whole_number("x"))["x"].to_list() == expected


def test_finite_number():
    assert pl.DataFrame({"x": ["1.5", "nan", "inf", "x", None]}).select(finite_number("x"))["x"].to_list() == [
        1.5, None, None, None, None,
    ]  # fmt: skip


def test_is_outside__ends_of_a_chromosome():
    frame = pl.DataFrame({"c": ["22"] * 4, "p": [0, 1, 51304566, 51304567]})
    assert frame.select(is_outside("c", "p", "GRCh37"))[:, 0].to_list() == [True, False, False, True]


@pytest.mark.parametrize(("n_rows", "seen"), [(0, "no rows"), (2, "2 rows missing_name")])
def test_close_ledger__nothing_left(tmp_path, n_rows, seen):
    ledger = RowLedger("test", "genes")
    ledger.read(n_rows)
    ledger.refuse(Refusal.MISSING_NAME, n_rows)
    spec = StudySpec(id="test", kind="genes", paths=(tmp_path / "a",))
    with pytest.raises(FormatError, match=f"must give at least one record; seen: {seen}"):
        close_ledger(ledger, spec)
