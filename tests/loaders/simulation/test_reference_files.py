import dataclasses

import numpy as np
import pytest
from bed_reader import open_bed

from loaders.manifest import read_manifest
from loaders.reference import annotation, cpgs, genes, ld_blocks, ld_panel, positions
from loaders.simulation.genome import make_genome
from loaders.simulation.ld import block_correlation
from loaders.simulation.reference_files import draw_panel, plink_bed, plink_bim, plink_fam
from tests.loaders.reference.studies import read_rows
from tests.loaders.simulation.conftest import SMALL

N_ROWS = {
    "demo-positions": (positions, SMALL.n_snps),
    "demo-ld-panel": (ld_panel, SMALL.n_snps),
    "demo-genes": (genes, SMALL.n_genes),
    "demo-cpgs": (cpgs, SMALL.n_cpgs),
    "demo-ld-blocks": (ld_blocks, SMALL.n_blocks),
    "demo-chromatin": (annotation, 12 * SMALL.n_blocks),
}


@pytest.mark.parametrize("study", N_ROWS)
def test_reference_files__the_loaders_read_them_whole(demo, tmp_path, study):
    module, n_rows = N_ROWS[study]
    spec = next(s for s in read_manifest(demo.folder / "studies.toml").studies if s.id == study)
    _, report = module.prepare(spec, reference_build="GRCh37", folder=tmp_path)
    assert report.written == n_rows
    assert report.n_refused == 0


def test_ld_blocks_bed__block_ids_are_the_truth_s(demo, tmp_path):
    spec = next(s for s in read_manifest(demo.folder / "studies.toml").studies if s.kind == "ld_blocks")
    table, _ = ld_blocks.prepare(spec, reference_build="GRCh37", folder=tmp_path)
    places = {row[0]: row[1:] for row in read_rows(table, "block_id", "chromosome", "start_bp", "end_bp")}
    for module in demo.truth.modules:
        for locus in module.loci:
            assert places[locus.block_id] == (locus.chromosome, locus.start_bp, locus.end_bp)


@pytest.mark.parametrize("n_people", [5, 8])
def test_plink_bed__another_program_reads_the_same_genotypes(tmp_path, n_people):
    size = dataclasses.replace(SMALL, n_blocks=22, snps_per_block=3, n_cpgs=22, n_genes=22, n_panel_people=n_people)
    genome = make_genome(size, np.random.default_rng(1))
    (tmp_path / "p.bed").write_bytes(plink_bed(genome, size, np.random.default_rng(2)))
    (tmp_path / "p.bim").write_bytes(plink_bim(genome))
    (tmp_path / "p.fam").write_bytes(plink_fam(n_people))
    with open_bed(tmp_path / "p.bed", count_A1=True) as bed:
        assert np.array_equal(bed.read(dtype="int8").T, draw_panel(genome, size, np.random.default_rng(2)))
        assert bed.sid.tolist() == genome.snps["rsid"].to_list()


def test_plink_bed__ld_and_frequencies_follow_their_law(demo):
    genome = make_genome(SMALL, np.random.default_rng([7, 0]))
    with open_bed(demo.folder / "demo.bed", count_A1=True) as bed:
        genotypes = bed.read(dtype="float64")
    orientation = genome.snps["orientation"].to_numpy()
    expected = block_correlation(10) * np.outer(orientation[:10], orientation[:10])
    blocks = [np.corrcoef(genotypes[:, first : first + 10], rowvar=False) for first in range(0, SMALL.n_snps, 10)]
    signs = orientation.reshape(-1, 10)
    oriented = np.mean([r * np.outer(s, s) for r, s in zip(blocks, signs, strict=True)], axis=0)
    assert np.abs(blocks[0] - expected).max() < 0.25
    assert np.abs(oriented - block_correlation(10)).max() < 0.02
    assert np.corrcoef(genotypes.mean(axis=0) / 2, genome.snps["frequency_1"])[0, 1] > 0.99
