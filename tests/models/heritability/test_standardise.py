import numpy as np
import pytest

from models.heritability import standardise
from models.heritability.errors import GenotypeError
from models.heritability.standardise import TILE, pack_genotypes
from tests.models.heritability.ld_twins import MISSING, simulate_genotypes


def pack(genotypes, **options):
    genotypes = np.asarray(genotypes, np.int8)
    n_snps, n_people = genotypes.shape
    return pack_genotypes(lambda first, last: genotypes[first:last], n_people, n_snps=n_snps, **options)


def test_pack_genotypes__drops_are_counted_by_reason():
    packed, kept = pack(
        [
            [0, 1, 2, 1],
            [1, 1, 1, 1],  # all heterozygous
            [1, MISSING, 1, 1],  # also among those seen
            [MISSING] * 4,
            [0, 0, 0, MISSING],
            [2, 2, 2, 2],
            [0, 0, 0, 1],
            [2, 2, 2, 1],
        ],
        minimum_maf=0.125,
    )
    assert kept.n_dropped == {"all_missing": 1, "all_heterozygous": 2, "monomorphic": 2, "minimum_maf": 2}
    assert kept.is_kept.tolist() == [True] + [False] * 7
    assert kept.allele_frequency[[0, 1, 2, 4, 5, 6, 7]].tolist() == [0.5, 0.5, 0.5, 0.0, 1.0, 0.125, 0.875]
    assert np.isnan(kept.allele_frequency[3])
    assert packed.n_snps == 1


def test_pack_genotypes__monomorphic_stays_out_whatever_the_filter():
    assert pack([[0, 0, 0], [0, 1, 0]])[1].is_kept.tolist() == [False, True]


def test_pack_genotypes__scale_is_of_the_imputed_genotypes():
    genotypes = np.array([[0, 1, 2, 2, MISSING]], np.int8)
    packed, kept = pack(genotypes)
    imputed = np.array([0.0, 1.0, 2.0, 2.0, 1.25])
    assert packed.scale[0] == pytest.approx(1.0 / (imputed.std(ddof=0) * np.sqrt(5)))
    assert kept.allele_frequency[0] == 0.625
    assert packed.has_missing.tolist() == [True]


@pytest.mark.parametrize("n_people", [3, 63, 64, 65, 255, 256, 257])
def test_pack_genotypes__bits_count_each_genotype(n_people):
    genotypes = np.random.default_rng(n_people).choice(np.array([0, 1, 2, MISSING], np.int8), (40, n_people))
    packed, kept = pack(genotypes)
    seen = genotypes[kept.is_kept]
    for plane, chosen in (
        (packed.homozygous, (seen == 0) | (seen == 2)),
        (packed.second, seen == 2),
        (packed.missing, seen == MISSING),
    ):
        counts = np.bitwise_count(plane[0, :, : len(seen)]).sum(axis=0)
        assert np.array_equal(counts, chosen.sum(axis=1))


def test_pack_genotypes__without_missing_no_third_plane():
    packed, _ = pack(simulate_genotypes(TILE + 10, 20))
    assert packed.missing.size == 0
    assert packed.has_missing.tolist() == [False, False]


def test_pack_genotypes__blocks_do_not_change_anything(monkeypatch):
    genotypes = simulate_genotypes(600, 30, seed=5)
    genotypes[450, 3] = MISSING  # the third plane is made late
    whole, kept = pack(genotypes, minimum_maf=0.1)
    monkeypatch.setattr(standardise, "_GENOTYPES_AT_A_TIME", 30 * 7)
    parts, kept_of_parts = pack(genotypes, minimum_maf=0.1)
    for name in ("homozygous", "second", "missing", "has_missing", "total", "scale"):
        assert np.array_equal(getattr(whole, name), getattr(parts, name)), name
    assert kept.n_dropped == kept_of_parts.n_dropped


def test_pack_genotypes__too_few_people():
    with pytest.raises(GenotypeError, match="need 3 people or more, got 2"):
        pack([[0, 1]])


def test_pack_genotypes__block_of_another_shape():
    genotypes = np.zeros((5, 4), np.int8)
    with pytest.raises(GenotypeError, match=r"int8 of shape \(SNPs, people\) = \(5, 4\), got int8 of shape \(4, 5\)"):
        pack_genotypes(lambda *_: genotypes.T, 4, n_snps=5)


@pytest.mark.parametrize("value", [3, -1, -128, 4, 64, -126])
def test_pack_genotypes__no_genotype(value):
    with pytest.raises(GenotypeError, match="0, 1 or 2 copies, or -127 for missing: 1 SNPs of 0 to 1"):
        pack([[0, 1, 2], [0, value, 2]])
