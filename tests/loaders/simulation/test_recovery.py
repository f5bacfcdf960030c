"""The written files, read by the project's loaders, hold what was planted: signs, modules, and loci a walk can find."""

import numpy as np
import polars as pl
import pytest
from scipy import sparse

from loaders.alleles import aligned_sign
from loaders.manifest import read_manifest
from loaders.prepare import prepare_study
from loaders.simulation import score_beside_random

N_CANDIDATE_BLOCKS = 12
N_RANDOM_LISTS = 50


@pytest.fixture(scope="module")
def loaded(demo, tmp_path_factory):
    """Normalised tables of the study's evidence and positions, by study id."""
    folder = tmp_path_factory.mktemp("loads")
    manifest = read_manifest(demo.folder / "studies.toml")
    chosen = [study for study in manifest.studies if study.kind in ("positions", "mqtl", "eqtl", "gwas", "eqtm")]
    return {
        study.id: prepare_study(study, reference_build=manifest.reference_build, folder=folder / study.id)
        for study in chosen
    }


def test_write_demo__no_row_is_refused(loaded):
    for study, load in loaded.items():
        assert load.report.n_refused == 0, study
        assert set(load.report.skipped) <= {"below_threshold"}, study


def test_write_demo__trait_ids_are_the_loaders(loaded, demo):
    for trait in demo.truth.traits:
        assert pl.read_parquet(loaded[trait.study_id].table)["target"].unique().to_list() == [trait.trait_id]


def test_write_demo__aligned_signs_are_the_planted_ones(loaded, demo):
    bim = pl.read_parquet(loaded["demo-positions"].table).rows_by_key("rsid", named=True, unique=True)
    n_seen = 0
    for trait in demo.truth.traits:
        rows = pl.read_parquet(loaded[trait.study_id].table).rows_by_key("rsid", named=True, unique=True)
        for planted in trait.loci:
            alleles = bim[planted.locus.rsid]
            sign = aligned_sign(alleles["raw_allele_1"], alleles["raw_allele_2"])
            seen = rows[planted.locus.rsid]["aligned_z_score"]
            if sign is None:
                assert seen is None
                continue
            assert np.sign(seen) == np.sign(planted.expected_z * sign)
            n_seen += 1
    assert n_seen > 20


def test_write_demo__mqtl_and_eqtl_meet_at_the_same_variants(loaded):
    keys = []
    for study in ("demo-mqtl", "demo-eqtl"):
        rows = pl.read_parquet(loaded[study].edges).filter(~pl.col("flags").list.contains("indel"))
        keys.append(rows.select("chromosome", "position_bp", "allele_1", "allele_2").unique())
    shared = keys[1].join(keys[0], on=keys[0].columns, how="semi")
    places = keys[1].join(keys[0], on=["chromosome", "position_bp"], how="semi")
    assert shared.height == places.height > 500


def test_write_demo__a_two_hop_walk_finds_the_hidden_loci(loaded, demo):
    snps = pl.read_parquet(loaded["demo-positions"].table)
    snps = snps.sort(pl.col("chromosome").cast(pl.Int64), "position_bp").with_row_index("snp")
    walk = block_walk(loaded, snps)
    n_hidden = n_found = 0
    random_found = 0.0
    generator = np.random.default_rng(1)
    for trait in demo.truth.traits[:-1]:
        p = read_p(loaded[trait.study_id].table, snps)
        query = np.unique(np.flatnonzero(p < 5e-8) // 10)
        score = walk[query].sum(axis=0)
        score[query] = -1.0
        best = np.argsort(-score)[:N_CANDIDATE_BLOCKS]
        regulators = np.setdiff1d(np.flatnonzero(walk.sum(axis=1) > 0), query)
        lists = [survivors(best, p, snps)]
        lists += [
            survivors(generator.choice(regulators, best.size, replace=False), p, snps) for _ in range(N_RANDOM_LISTS)
        ]
        result = score_beside_random(demo.truth, trait.trait_id, lists[0], lists[1:])
        n_hidden += len(result.candidates.hidden)
        n_found += len(result.candidates.found)
        random_found += result.random_mean
    assert n_hidden == 15
    assert n_found >= 0.8 * n_hidden
    assert random_found < 0.25 * n_hidden


def block_walk(loaded, snps):
    """Probability of block → molecule → other block, for every pair of blocks."""
    edges = pl.concat([pl.read_parquet(loaded[study].edges) for study in ("demo-mqtl", "demo-eqtl")])
    edges = edges.select("chromosome", "position_bp", "target").join(snps, on=["chromosome", "position_bp"])
    block = (edges["snp"] // 10).to_numpy()
    molecule = edges["target"].rank("dense").to_numpy().astype(np.int64) - 1
    shape = (snps.height // 10, int(molecule.max()) + 1)
    touched = (sparse.csr_matrix((np.ones(block.size), (block, molecule)), shape=shape) > 0).astype(np.float64)
    leave = sparse.diags(1.0 / np.maximum(touched.sum(axis=1).A1, 1.0)) @ touched
    come = sparse.diags(1.0 / np.maximum(touched.sum(axis=0).A1, 1.0)) @ touched.T
    walk = (leave @ come).toarray()
    np.fill_diagonal(walk, 0.0)
    return walk


def read_p(table, snps):
    """p of every SNP in the order of `snps`, from a normalised GWAS table."""
    rows = snps.join(pl.read_parquet(table).select("rsid", "neg_log10_p"), on="rsid", maintain_order="left")
    return 10.0 ** -rows["neg_log10_p"].to_numpy()


def survivors(blocks, p, snps):
    """SNPs of some blocks that pass Bonferroni over all of them, as places."""
    chosen = np.concatenate([np.arange(block * 10, block * 10 + 10) for block in blocks])
    kept = chosen[p[chosen] < 0.05 / chosen.size]
    return snps[kept].select("chromosome", "position_bp").rows()
