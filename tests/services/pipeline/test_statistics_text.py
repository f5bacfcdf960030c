"""The section about LD score regression says what was found and what it cannot say."""

from services.pipeline.statistics_text import MISSING, render_statistics
from tests.services.pipeline.made_up import heritability_report, real_statistics


def test_render_statistics__says_that_it_is_no_biology() -> None:
    text = render_statistics(real_statistics())
    assert text.startswith("**These numbers say nothing about the trait.**")
    assert "N = 1,000" in text
    assert "N = unknown" in render_statistics(real_statistics(n_samples=None))


def test_render_statistics__gives_estimates_with_errors_losses_and_flags() -> None:
    text = render_statistics(real_statistics())
    assert "| h², observed scale | 0.5 ± 0.1 |" in text
    assert "| SNPs, no ld score | 12 |" in text
    assert "| flags | few_snps |" in text
    assert "| left out | monomorphic 34 |" in text
    assert "| study/a | 10.00% | 0.3 ± 0.05 | 3 ± 0.5 | 5.00 | none |" in text


def test_render_statistics__says_why_there_is_no_partition() -> None:
    text = render_statistics(real_statistics(partition=None, partition_note="columns repeat each other"))
    assert text.endswith("Not partitioned by annotation: columns repeat each other.")


def test_render_statistics__has_a_dash_where_nothing_is_defined() -> None:
    found = real_statistics(heritability=heritability_report(ratio=None, ratio_se=None, intercept_se=None))
    text = render_statistics(found)
    assert "| ratio | - |" in text
    assert "| intercept | 1.02 |" in text


def test_render_statistics__without_the_studies_says_so() -> None:
    assert render_statistics(None) == MISSING
