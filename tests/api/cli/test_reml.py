"""``locusgraph reml``: heritability, its parts, a correlation, and what happens where there is no maximum."""

import json
from pathlib import Path

import pytest

from tests.api.cli.conftest import Run
from tests.services.mixed_models.cohort import Cohort, write_cohort


@pytest.fixture
def cohort(tmp_path: Path) -> Cohort:
    return write_cohort(tmp_path)


def words(cohort: Cohort, *more: str, trait: str = "height") -> tuple[str, ...]:
    return ("reml", str(cohort.bed), "--phenotypes", str(cohort.traits), "--trait", trait, *more)


def test_reml__whole_genome_for_people_and_machines(run_offline: Run, cohort: Cohort) -> None:
    report = json.loads(run_offline(*words(cohort, "--test", "--json")).stdout)
    text = " ".join(run_offline(*words(cohort, "--test")).stdout.split())
    (whole,) = report["components"]
    assert f"h2 {report['h2']:.4f} ± {report['h2_se']:.4f} (as GCTA's V(G)/Vp)" in text
    assert f"{whole['lrt']:.2f}" in text
    assert "kinship gcta" in text
    assert "--by chromosome --test" in text


def test_reml__by_chromosome_constrained(run_offline: Run, cohort: Cohort) -> None:
    shown = run_offline(*words(cohort, "--by", "chromosome", "--constrained", "--test"))
    assert shown.exit_code == 0, shown.stderr
    text = " ".join(shown.stdout.split())
    for part in ("3 parts", "variances kept at or above 0", "converged after", "locusgraph gwas"):
        assert part in text, text


def test_reml__by_annotation(run_offline: Run, cohort: Cohort) -> None:
    (cohort.folder / "marks.bed").write_text("chr1\t0\t60000000\n")
    more = ("--by", "annotation", "--annotation", str(cohort.folder / "marks.bed"), "--json")
    report = json.loads(run_offline(*words(cohort, *more)).stdout)
    assert [component["name"] for component in report["components"]] == ["marks", "other"]
    assert json.loads(run_offline(*words(cohort, *more[2:])).stdout)["components"] == report["components"]
    shown = run_offline(*words(cohort, "--by", "chromosome", *more[2:]))
    assert (shown.exit_code, "parts of annotations are BED files" in shown.stderr) == (1, True)


def test_reml__two_traits_give_their_correlation(run_offline: Run, cohort: Cohort) -> None:
    report = json.loads(run_offline(*words(cohort, "--trait", "weight", "--json")).stdout)
    text = " ".join(run_offline(*words(cohort, "--trait", "weight", "--test")).stdout.split())
    found = report["correlation"]
    assert f"rg {found['rg']:.4f} ± {found['rg_se']:.4f}" in text
    second, covariance = found["genetic_covariance"][2], found["genetic_covariance"][1]
    assert f"weight 120 {found['h2'][1]:.4f} ± {found['h2_se'][1]:.4f} {second:.4f} ±" in text
    assert f"covariance 120 – {covariance:.4f} ±" in text
    for part in (
        "genetic correlation",
        "height and weight",
        "people with both traits 120",
        "p of rg = 0",
        "covariance 120",
    ):
        assert part in text, text


def test_reml__liability_scale(run_offline: Run, cohort: Cohort) -> None:
    shown = run_offline(*words(cohort, "--population-prevalence", "0.1", trait="asthma"))
    assert shown.exit_code == 0, shown.stderr
    assert "(0.4 cases in the sample, 0.1 in the population)" in " ".join(shown.stdout.split())


def test_reml__without_a_maximum_says_why_and_exits_1(run_offline: Run, cohort: Cohort) -> None:
    shown = run_offline(*words(cohort, "--by", "chromosome", "--max-iterations", "1"))
    text = " ".join(shown.stdout.split())
    assert shown.exit_code == 1
    for part in ("converged no", "The maximum was not found", "still moved after the last iteration", "--constrained"):
        assert part in text, text
    shown = run_offline(*words(cohort, "--by", "chromosome", "--max-iterations", "1", "--json"))
    assert (shown.exit_code, json.loads(shown.stdout)["reason"]) == (1, "too_many_iterations")


def test_reml__three_traits_are_wrong_usage(run_offline: Run, cohort: Cohort) -> None:
    shown = run_offline(*words(cohort, "--trait", "weight", "--trait", "asthma"))
    assert (shown.exit_code, shown.stdout) == (2, "")
    assert "one trait, or two" in shown.stderr
