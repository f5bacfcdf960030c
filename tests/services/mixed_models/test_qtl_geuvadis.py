"""QTL mapping on real expression: who fits whose genotypes, what passes, and what an independent study saw."""

import dataclasses
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from loaders.dosages import DosageFile, open_dosages
from services.graph.store import Store
from services.mixed_models import QtlReport, attach_qtl, map_qtl
from services.settings import Settings
from tests.conftest import Cypher
from tests.services.mixed_models.geuvadis import (
    COUNTS,
    GENOTYPES,
    PHASE_1,
    SUBSET,
    against_monocytes,
    geuvadis,
    needs_geuvadis,
    with_people_exchanged,
)

pytestmark = [needs_geuvadis, pytest.mark.slow]


def rows_of(file: DosageFile, names: list[str]) -> np.ndarray:
    """Rows of people in a file of dosages."""
    people = file.people["person"].to_list()
    return np.array([people.index(name) for name in names])


@pytest.fixture(scope="module")
def mapped(tmp_path_factory: pytest.TempPathFactory) -> QtlReport:
    return map_qtl(geuvadis(out=tmp_path_factory.mktemp("geuvadis") / "ceu"))


def test_geuvadis__genotypes_of_two_releases_are_of_the_same_people() -> None:
    """SNPs that phase 1 and phase 3 share, in the CEU with expression: the same genotypes up to a few calls."""
    first, third = open_dosages(PHASE_1), open_dosages(GENOTYPES)
    expressed = pl.read_parquet_schema(COUNTS)
    names = [
        name
        for name in first.people["person"].to_list()
        if name in expressed and name in set(third.people["person"].to_list())
    ]
    place = ["chromosome", "position_bp"]
    shared = first.variants.with_row_index("a").join(third.variants.with_row_index("b"), on=place)
    ours, theirs = (
        file.block_reader(rows_of(file, names), shared[column].to_numpy().astype(np.int64))(0, shared.height)
        for file, column in ((first, "a"), (third, "b"))
    )
    is_same = (shared["allele_1"] == shared["allele_1_right"]).to_numpy()
    theirs[~is_same] = 2 - theirs[~is_same]
    assert (len(names), shared.height) == (73, 119)
    assert np.mean(ours == theirs) > 0.99
    assert np.mean(ours == np.roll(theirs, 1, axis=1)) < 0.5


def test_geuvadis__genotypes_of_the_expression_study_are_in_ld_with_ours_person_by_person() -> None:
    """No SNP is in both, so neighbours within 20 kb are compared: LD is there only if the names fit."""
    phase, subset = open_dosages(PHASE_1), pl.read_parquet(SUBSET)
    names = [name for name in phase.people["person"].to_list() if name in subset.columns]
    rows = np.flatnonzero((phase.variants["chromosome"] == "19").to_numpy())
    ours = phase.block_reader(rows_of(phase, names), rows)(0, rows.size)
    theirs = subset.select(names).cast(pl.Float64).to_numpy()
    varies = (np.nanmin(theirs, axis=1) >= 0) & (theirs.std(axis=1) > 0.4)
    theirs, where = theirs[varies], subset["start"].to_numpy()[varies]
    position = phase.variants["position_bp"].to_numpy()[rows]
    ours, position = ours[ours.std(axis=1) > 0.4], position[ours.std(axis=1) > 0.4]
    near = np.argwhere(np.abs(position[:, None] - where[None, :]) < 20_000)
    assert (len(names), len(near)) == (78, 33)

    def r_squared(order: np.ndarray) -> np.ndarray:
        return np.array([np.corrcoef(ours[i], theirs[j, order])[0, 1] ** 2 for i, j in near])

    found = r_squared(np.arange(len(names)))
    exchanged = np.stack([r_squared(np.random.default_rng(seed).permutation(len(names))) for seed in range(5)])
    assert (found.mean(), found.max()) == (pytest.approx(0.45, abs=0.01), pytest.approx(1.0))
    assert exchanged.mean(axis=1).max() < 0.03
    assert exchanged.max() < 0.2


def test_geuvadis__counts_who_and_what_is_left(mapped: QtlReport) -> None:
    assert mapped.n_people == 84
    assert mapped.sample_counts["n_traits_not_genotyped"] == 7
    counts = mapped.trait_counts
    assert (counts["n_rows"], counts["n_traits"], counts["n_without_place"]) == (5408, 1939, 79)
    assert mapped.n_traits == counts["n_traits"] - counts["n_without_place"] - counts["n_low_expression"]
    assert (mapped.n_traits, mapped.n_traits_with_snps) == (1242, 52)
    assert (mapped.n_snps, mapped.is_complete) == (82_448, True)
    assert any("84 people" in note for note in mapped.notes)


def test_geuvadis__few_genes_pass_and_one_of_them_is_known(mapped: QtlReport) -> None:
    """ENSG00000256771 (ZNF253); BLUEPRINT saw it in monocytes, too."""
    assert 1 <= mapped.n_significant <= 4
    assert mapped.genes[0].trait.startswith("ENSG00000256771")
    assert mapped.genes[0].q < 0.05
    genes = pl.read_parquet(mapped.files[1]).filter(pl.col("n_tests") > 0)
    p = 10.0 ** -genes["neg_log10_p_gene"].to_numpy()
    assert 0.2 < np.median(p) < 0.7
    empirical = 10.0 ** -genes["neg_log10_p_permutation"].to_numpy()
    assert np.abs(p - empirical).max() < 0.05


def test_geuvadis__effects_have_the_signs_of_an_independent_study(mapped: QtlReport) -> None:
    both = against_monocytes(pl.read_parquet(mapped.files[0]))
    assert both["gene_id"].n_unique() == 4
    assert both.height > 700
    agree = (both["beta"] * both["other_beta"] > 0).to_numpy()
    assert agree.mean() > 0.95
    lead = both.sort("pval").group_by("gene_id", maintain_order=True).first()
    assert (lead["beta"] * lead["other_beta"] > 0).all()


def test_geuvadis__with_people_exchanged_nothing_passes(mapped: QtlReport, tmp_path: Path) -> None:
    """The same genes and genotypes of other people: what chance gives."""
    reports = [
        map_qtl(geuvadis(traits=with_people_exchanged(tmp_path / f"{seed}.parquet", seed=seed), n_permutations=200))
        for seed in (1, 2, 3)
    ]
    assert sum(report.n_significant for report in reports) <= 1
    assert mapped.lambda_gc_cis is not None
    assert np.mean([report.lambda_gc_cis or 0.0 for report in reports]) == pytest.approx(1.0, abs=0.15)


@pytest.mark.store
def test_geuvadis__edges_carry_their_84_people(
    mapped: QtlReport, store: Store, settings: Settings, cypher: Cypher
) -> None:
    file = Path(mapped.files[2])
    found = attach_qtl(store, settings, file, kind="eqtl", build="GRCh37", tissue="LCL", is_significant_only=True)
    rows = cypher("MATCH (:SNP)-[e:EQTL]->(g:Gene) RETURN g.gene_id AS gene, e.n_samples AS n, e.cis_trans AS where")
    assert {row["n"] for row in rows} == {84}
    assert {row["where"] for row in rows} == {"cis"}
    assert "ENSG00000256771" in {row["gene"] for row in rows}
    assert len({row["gene"] for row in rows}) == mapped.n_significant
    assert (found.n_edges, found.statistics) == (len(rows), "truncated")
    assert len(rows) == mapped.n_significant_pairs > mapped.n_significant


def test_geuvadis__kinship_of_strangers_changes_little(mapped: QtlReport, tmp_path: Path) -> None:
    mixed = map_qtl(dataclasses.replace(geuvadis(method="p3d", n_permutations=0), out=tmp_path / "mixed"))
    both = pl.read_parquet(mapped.files[0]).join(pl.read_parquet(mixed.files[0]), on=["trait", "rsid"], suffix="_mixed")
    assert both.height == mapped.n_cis_tests
    assert np.corrcoef(both["z"], both["z_mixed"])[0, 1] > 0.9
