import itertools

import polars as pl

from loaders.alleles import COMPLEMENTS
from loaders.ldsc.allele_pairs import CLEAR_PAIRS, PAIR_SIGNS, sign_expression


def test_clear_pairs__twelve_less_palindromes():
    assert sorted(CLEAR_PAIRS) == ["AC", "AG", "CA", "CT", "GA", "GT", "TC", "TG"]


def test_pair_signs__every_swap_and_strand():
    assert len(PAIR_SIGNS) == 32
    for first in CLEAR_PAIRS:
        a, b = first
        for x, y, sign in ((a, b, 1), (b, a, -1)):
            assert PAIR_SIGNS[first + x + y] == sign
            assert PAIR_SIGNS[first + COMPLEMENTS[x] + COMPLEMENTS[y]] == sign


def test_sign_expression__unlike_pairs_are_null():
    pairs = list(itertools.product(("AG", "AT"), ("CT", "AC", "AT")))
    frame = pl.DataFrame(pairs, schema=["first", "second"], orient="row")
    found = frame.select(sign_expression(pl.col("first"), pl.col("second"))).to_series().to_list()
    assert found == [-1.0, None, None, None, None, None]
