"""The tables of LD score regression after `demo` and `real`."""

import pytest

from api.cli.cohort_report import show_cohort, show_real_statistics
from services.pipeline import BesideTruth, CohortReport
from tests.services.pipeline.made_up import correlation_report, ld_score_report, real_statistics


def test_show_cohort__sets_each_estimate_beside_the_truth(capsys: pytest.CaptureFixture[str]) -> None:
    rows = (
        BesideTruth("Simulated trait", "h²", 0.5, 0.45, 0.05, ("few_snps",)),
        BesideTruth("Simulated trait and Simulated other", "genetic correlation", 0.6, None, None),
        BesideTruth("Simulated trait", "enrichment of demo-elements/Simulated_enhancers", 3.0, 3.5, 0.5),
    )
    show_cohort(CohortReport(ld_score_report(), (), (), (), correlation_report(), rows))
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["trait", "h²", "0.500", "0.450", "0.050", "-1.0", "few_snps"] in lines
    assert ["trait", "and", "other", "genetic", "correlation", "0.600", "-", "-", "-"] in [line[:9] for line in lines]
    assert ["trait", "enrichment", "of", "enhancers", "3.000", "3.500", "0.500", "+1.0"] in [line[:8] for line in lines]


def test_show_real_statistics__gives_flags_and_why_there_is_no_partition(capsys: pytest.CaptureFixture[str]) -> None:
    show_real_statistics(real_statistics(partition=None, partition_note="columns repeat each other"))
    out = capsys.readouterr().out
    assert "format and diagnostics, no biology" in out
    assert "flags: few_snps" in out
    assert "not partitioned by annotation: columns repeat each other" in out


def test_show_real_statistics__of_nothing_prints_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    show_real_statistics(None)
    assert capsys.readouterr().out == ""
