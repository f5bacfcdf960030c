import dataclasses

import numpy as np
import polars as pl
import pytest

from loaders.manifest import read_manifest
from loaders.prepare import prepare_study
from loaders.simulation import CohortSize, DemoSizeError, PlantedCohort
from loaders.simulation.cohort import cohort_entries, write_cohort
from tests.loaders.simulation.conftest import SMALL_COHORT


@pytest.fixture(scope="module")
def loaded(demo, tmp_path_factory):
    """Tables of the cohort's studies as the loaders read them, by study id."""
    folder = tmp_path_factory.mktemp("cohort")
    manifest = read_manifest(demo.folder / "studies.toml")
    wanted = {name for name, _ in cohort_entries(SMALL_COHORT)}
    return {
        study.id: prepare_study(study, reference_build=manifest.reference_build, folder=folder / study.id)
        for study in manifest.studies
        if study.id in wanted
    }


def test_write_cohort__no_row_is_refused(loaded):
    assert len(loaded) == 5
    assert {name: load.report.n_refused for name, load in loaded.items()} == dict.fromkeys(loaded, 0)


def test_write_cohort__gwas_rows_are_the_drawn_z_of_every_snp(loaded, demo):
    for trait in demo.truth.cohort.traits:
        rows = pl.read_parquet(loaded[trait.study_id].table)
        assert rows["target"].unique().to_list() == [trait.trait_id]
        assert rows.height == SMALL_COHORT.n_snps
        assert rows["n_samples"].unique().to_list() == [trait.n_samples]
        raw = pl.read_csv(next(demo.folder.glob(f"*{trait.study_id[-8:].replace('-', '_')}.regenie.gz")), separator=" ")
        z = (raw["BETA"] / raw["SE"]).to_numpy()
        np.testing.assert_allclose(z**2, raw["CHISQ"].to_numpy(), rtol=1e-4)
        assert (z**2).mean() > 1.2


def test_write_cohort__panel_and_gwas_hold_the_same_snps_with_like_frequencies(loaded, demo):
    panel = pl.read_parquet(loaded["demo-reference-people"].table)
    rows = pl.read_parquet(loaded[demo.truth.cohort.traits[0].study_id].table)
    both = panel.join(rows, on="rsid", suffix="_gwas")
    assert both.height == panel.height == SMALL_COHORT.n_snps
    assert (both["position_bp"] == both["position_bp_gwas"]).all()
    counted = pl.when(pl.col("counted_allele") == pl.col("effect_allele"))
    frequency = counted.then("counted_allele_frequency").otherwise(1.0 - pl.col("counted_allele_frequency"))
    gap = both.select(gap=(frequency - pl.col("effect_allele_frequency")).abs())["gap"].to_numpy()
    assert gap.mean() < 0.03


def test_write_cohort__truth_agrees_with_the_intervals(loaded, demo):
    panel = pl.read_parquet(loaded["demo-reference-people"].table)
    for category in demo.truth.cohort.categories:
        study = category.annotation_id.split("/")[0]
        rows = pl.read_parquet(loaded[study].table).filter(pl.col("annotation_id") == category.annotation_id)
        inside = panel.join_where(
            rows.rename({"chromosome": "on"}),
            pl.col("chromosome") == pl.col("on"),
            pl.col("position_bp") >= pl.col("start_bp"),
            pl.col("position_bp") <= pl.col("end_bp"),
        )
        assert inside.height / panel.height == pytest.approx(category.proportion_of_snps, abs=1e-6)


def test_planted_cohort__tau_sums_to_the_heritability(demo):
    cohort: PlantedCohort = demo.truth.cohort
    trait = cohort.traits[0]
    base = trait.h2 / cohort.n_snps / (1 + sum(c.excess * c.proportion_of_snps for c in cohort.categories))
    total = base * cohort.n_snps
    total += sum(cohort.tau(c, trait) * c.proportion_of_snps * cohort.n_snps for c in cohort.categories)
    assert total == pytest.approx(trait.h2)
    enhancer, transcribed = cohort.categories[:2]
    assert enhancer.enrichment > 2
    assert transcribed.enrichment == pytest.approx(1.0, abs=0.2)
    assert cohort.tau(enhancer, trait) == pytest.approx(5 * base)
    assert cohort.tau(transcribed, trait) == 0.0


def test_cohort_entries__without_snps_are_none():
    assert cohort_entries(CohortSize(n_snps=0)) == []


@pytest.mark.parametrize("change", [{"n_first": 10}, {"n_panel_people": 5}, {"n_second": 20_000}])
def test_write_cohort__needs_people(change, tmp_path):
    size = dataclasses.replace(CohortSize(n_snps=220), **change)
    with pytest.raises(DemoSizeError, match="need at least 20 people, and no trait more than there are; the size has"):
        write_cohort(tmp_path, seed=1, size=size)
