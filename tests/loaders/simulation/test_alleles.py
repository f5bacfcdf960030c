import numpy as np
import polars as pl
import pytest

from loaders.alleles import canonical_pair
from loaders.simulation.alleles import report_alleles
from loaders.simulation.genome import make_genome
from tests.loaders.simulation.conftest import SMALL


@pytest.fixture(scope="module")
def snps():
    return make_genome(SMALL, np.random.default_rng(3)).snps


def test_report_alleles__the_variant_stays_the_same(snps):
    reported = report_alleles(snps, np.random.default_rng(1), 0.3)
    for row in pl.concat([snps, reported], how="horizontal").iter_rows(named=True):
        same = canonical_pair(row["effect_allele"], row["other_allele"])
        assert same == canonical_pair(row["allele_1"], row["allele_2"])


def test_report_alleles__sign_and_frequency_follow_the_effect_allele(snps):
    table = pl.concat([snps, report_alleles(snps, np.random.default_rng(1))], how="horizontal")
    is_first = table["effect_allele"] == table["allele_1"]
    assert (is_first == (table["effect_sign"] == 1.0)).all()
    expected = table.select(pl.when(is_first).then("frequency_1").otherwise(1.0 - pl.col("frequency_1"))).to_series()
    assert table["effect_allele_frequency"].to_list() == expected.to_list()


def test_report_alleles__palindromes_and_indels_stay_on_their_strand(snps):
    table = pl.concat([snps, report_alleles(snps, np.random.default_rng(1), 1.0)], how="horizontal")
    kept = (table["effect_allele"] == table["allele_1"]) | (table["effect_allele"] == table["allele_2"])
    first, second = (function("allele_1", "allele_2") for function in (pl.min_horizontal, pl.max_horizontal))
    pair = table.select(pl.concat_str(first, second))
    must_stay = table["is_indel"] | pair.to_series().is_in(["AT", "CG"])
    assert (kept == must_stay).all()
