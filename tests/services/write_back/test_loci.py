"""A snapshot seen as loci: lead SNPs, known loci, and the queries nearest a locus."""

import numpy as np

from services.write_back.loci import LociOfSnapshot, nearest_queries
from tests.services.write_back.small_snapshot import small_snapshot


def test_lead_snp__has_most_molecules_and_minus_one_stands_for_none() -> None:
    assert LociOfSnapshot(small_snapshot(), 5, np.ones(5, dtype=bool)).lead_snp.tolist() == [0, 2, 3, 4, -1]


def test_lead_snp__has_a_vector() -> None:
    is_embedded = np.array([False, True, False, True, True])
    assert LociOfSnapshot(small_snapshot(), 5, is_embedded).lead_snp.tolist() == [1, -1, 3, 4, -1]


def test_known_leads__holds_the_strongest_snp_of_each_pair_plus_one() -> None:
    known = LociOfSnapshot(small_snapshot(), 5, np.ones(5, dtype=bool)).known_leads
    assert known.toarray().tolist() == [[2, 3, 0, 0, 0], [1, 0, 4, 0, 0], [0, 3, 0, 5, 0]]


def test_nearest_queries__orders_by_cosine_and_puts_zero_vectors_between() -> None:
    vectors = np.array([[-1, 0], [0, 0], [5, 5], [2, 0]], dtype=np.float32)
    assert nearest_queries(vectors, np.array([3, 0], dtype=np.float32), 3).tolist() == [3, 2, 1]
