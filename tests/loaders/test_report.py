"""The book of rows."""

import pytest

from loaders.errors import LedgerError
from loaders.report import LoadReport, Refusal, RowLedger, Skip, explain_reason


def _ledger() -> RowLedger:
    ledger = RowLedger("s", "gwas")
    ledger.read(10)
    ledger.write(5)
    ledger.skip(Skip.DUPLICATE, 2, (9, 4))
    ledger.refuse(Refusal.BAD_P, 3, (8, 7, 3, 1))
    ledger.flag("palindromic", 4)
    return ledger


def test_row_ledger__report_reconciles() -> None:
    report = _ledger().report()
    assert (report.n_skipped, report.n_refused, report.refused_share) == (2, 3, 0.3)
    assert report.examples == {"bad_p": (1, 3, 7), "duplicate": (4, 9)}


def test_row_ledger__a_lost_row_is_seen() -> None:
    ledger = _ledger()
    ledger.read(1)
    with pytest.raises(LedgerError, match="11 read, 10 booked; in study s"):
        ledger.report()


def test_load_report__round_trip() -> None:
    report = _ledger().report()
    assert LoadReport.from_dict(report.to_dict()) == report


def test_load_report__empty_study_has_no_refused_share() -> None:
    assert LoadReport("s", "gwas", 0, 0).refused_share == 0.0


def test_explain_reason__every_reason_has_a_sentence() -> None:
    for entry in (*Skip, *Refusal):
        assert explain_reason(entry.name.lower()) == entry.value
    assert explain_reason("unknown") == "unknown"
