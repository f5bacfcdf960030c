"""``locusgraph qtl``: files in, tables out, words for people, and no graph."""

import json
from pathlib import Path

import polars as pl
import pytest

from tests.api.cli.conftest import Run
from tests.services.mixed_models.qtl_cohort import N_GENES, PLANTED, QtlCohort, write_qtl_cohort


@pytest.fixture
def cohort(tmp_path: Path) -> QtlCohort:
    return write_qtl_cohort(tmp_path)


def words(cohort: QtlCohort, *more: str) -> tuple[str, ...]:
    files = (str(cohort.bed), "--traits", str(cohort.traits), "--covariates", str(cohort.covariate_file))
    return ("qtl", *files, *more)


def test_qtl__writes_the_tables_and_answers_in_json(run_offline: Run, cohort: QtlCohort) -> None:
    shown = run_offline(*words(cohort, "--permutations", "50", "--out", str(cohort.folder / "blood"), "--json"))
    assert shown.exit_code == 0, shown.stderr
    report = json.loads(shown.stdout)
    assert (report["n_people"], report["n_traits"], report["mode"], report["n_permutations"]) == (90, 11, "cis", 50)
    assert {gene["trait"] for gene in report["genes"][:2]} == {cohort.genes[gene] for gene in PLANTED}
    pairs, genes = (pl.read_parquet(file) for file in report["files"][:2])
    assert pairs.columns == [
        "trait", "chromosome", "rsid", "position_bp", "effect_allele", "other_allele", "frequency", "n", "beta", "se",
        "z", "neg_log10_p", "cis_trans", "is_significant",
    ]  # fmt: skip
    assert genes.height == N_GENES
    assert {"n_tests", "lead_rsid", "neg_log10_p_permutation", "neg_log10_p_beta", "q"} <= set(genes.columns)
    assert json.loads(Path(report["files"][2]).read_text())["settings"]["n_permutations"] == 50


def test_qtl__tells_people_who_and_what_was_tested(run_offline: Run, cohort: QtlCohort) -> None:
    shown = run_offline(*words(cohort, "--permutations", "50", "--mode", "both", "--out", str(cohort.folder / "blood")))
    assert shown.exit_code == 0, shown.stderr
    text = " ".join(shown.stdout.split())
    for part in (
        "people analysed 90",
        "rows of the table 12",
        "rows and traits left out constant 1",
        "traits tested 11",
        "traits with a SNP 10",
        "cis pairs tested, kept 168, 168",
        "trans pairs tested, kept 1,152, 0",
        "50 permutations and their beta distribution",
        "traits with the smallest q trait place tests SNP alleles effect ± se p p of trait q",
        f"{cohort.genes[2]} 1:2400001",
        "90 people: only strong effects",
        "Dosages on X are tested as they are",
        f"locusgraph attach {cohort.folder / 'blood.qtl.run.json'} --kind eqtl --build BUILD",
    ):
        assert part in text, text


def test_qtl__of_a_mixed_model_by_bonferroni(run_offline: Run, cohort: QtlCohort) -> None:
    more = ("--method", "p3d", "--permutations", "0", "--trait-components", "2")
    text = " ".join(run_offline(*words(cohort, *more)).stdout.split())
    assert "covariates factor0, factor1, 2 components of the traits people genotyped" in text
    assert "kinship centred, " in text
    assert "p of traits by Bonferroni within each trait" in text
    assert "traits that pass by Bonferroni" not in text
    assert "--out PREFIX" in text


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (("--mode", "near"), "Invalid value"),
        (("--min-maf", "0.7"), "Invalid value"),
        (("--permutations", "-1"), "Invalid value"),
    ],
)
def test_qtl__wrong_usage_exits_2(run_offline: Run, cohort: QtlCohort, more: tuple[str, ...], message: str) -> None:
    shown = run_offline(*words(cohort, *more))
    assert (shown.exit_code, shown.stdout) == (2, "")
    assert message in shown.stderr
