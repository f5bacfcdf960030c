from dataclasses import replace

import numpy as np
import pytest

from models.pinsage import CheckpointError, FittedPinSage, NotFiniteError, QueryError, lead_pairs
from models.pinsage.embeddings import effective_rank


def test_to_bytes__comes_back_equal(fitted):
    back = FittedPinSage.from_bytes(fitted.to_bytes())
    assert back.to_bytes() == fitted.to_bytes()
    assert back.record == fitted.record
    np.testing.assert_array_equal(back.snp_vectors, fitted.snp_vectors)
    molecules = np.arange(20)
    np.testing.assert_array_equal(back.score_molecule_blocks(molecules), fitted.score_molecule_blocks(molecules))


def test_from_bytes__refuses_other_bytes():
    with pytest.raises(CheckpointError, match="could not be read"):
        FittedPinSage.from_bytes(b"no model")


def test_fitted_pinsage__refuses_nan(fitted):
    with pytest.raises(NotFiniteError, match="block_bias must be finite"):
        replace(fitted, block_bias=fitted.block_bias * np.nan)


def test_snp_vectors__are_zero_outside_training(fitted, planted):
    has_edge = np.bincount(planted.graph.edge_snp, minlength=planted.graph.n_snps) > 0
    assert not fitted.snp_vectors[~has_edge].any()
    assert fitted.is_embedded.sum() > 50
    np.testing.assert_array_equal(fitted.snp_vectors.any(axis=1), fitted.is_embedded)


def test_score_molecule_blocks__equals_the_formula(fitted, planted):
    pairs = lead_pairs(planted.graph)
    molecule = 7
    home = planted.graph.molecule_home_block[molecule]
    query = pairs.lead_snp[(pairs.molecule == molecule) & (pairs.block != home)]
    assert fitted.is_embedded[query].all()
    asked = (fitted.snp_vectors[query] * fitted.snp_weight[query][:, None]).sum(axis=0)
    by_walks = np.exp(fitted.record.tau * query.size**fitted.record.mu * fitted.block_vectors @ asked)
    odds = np.exp(fitted.prior.log_odds + fitted.prior.log_odds_of_log_size * np.log(query.size))
    for scores, known, at_home in (
        (fitted.score_molecule_blocks(np.array([molecule]))[0], pairs.block[pairs.molecule == molecule], [home]),
        (fitted.score_query_blocks(query), planted.graph.snp_block[query], []),
    ):
        by_prior = np.exp(fitted.block_bias + fitted.prior.home * np.isin(np.arange(fitted.n_blocks), at_home))
        is_new = ~np.isin(np.arange(fitted.n_blocks), known)
        shares = [part / part[is_new].sum() for part in (by_walks, by_prior)]
        expected = np.log(shares[0] / (1 + odds) + shares[1] * odds / (1 + odds))
        np.testing.assert_allclose(scores, expected, rtol=1e-4, atol=1e-4)
    assert set(np.flatnonzero(fitted.known_blocks(np.array([molecule]))[0])) == set(
        pairs.block[pairs.molecule == molecule]
    )


def test_score_query_blocks__refuses_a_query_without_evidence(fitted):
    nothing = np.flatnonzero(~fitted.is_embedded)[:3]
    with pytest.raises(QueryError, match="needs evidence that reaches another locus; none of 3 has"):
        fitted.score_query_blocks(nothing)


def test_scores__refuse_unknown_ids(fitted):
    with pytest.raises(QueryError, match=r"A SNP id must lie in \[0, 399\]"):
        fitted.score_query_blocks(np.array([400]))
    with pytest.raises(QueryError, match="A molecule id must lie in"):
        fitted.score_molecule_blocks(np.array([-1]))
    with pytest.raises(QueryError, match="A SNP id must lie in"):
        fitted.explain(np.array([0]), 4000)


def test_nearest_snps__finds_loci_of_the_same_module(fitted, planted):
    pairs = lead_pairs(planted.graph)
    share = []
    for blocks in planted.module_blocks:
        trans = pairs.select(np.isin(pairs.block, blocks) & pairs.is_trans)
        query = np.array([np.bincount(trans.lead_snp).argmax()])
        found, _ = fitted.nearest_snps(query, 5, max_per_block=1)
        share.append(np.isin(planted.graph.snp_block[found[0]], blocks).mean())
    assert np.mean(share) > 0.3  # 5 of 79 loci are in the module: chance is .06


def test_nearest_snps__excludes_the_own_block_and_is_sorted(fitted, planted):
    query = np.flatnonzero(fitted.is_embedded)[:10]
    found, score = fitted.nearest_snps(query, 30)
    block = planted.graph.snp_block
    assert all(block[row[row >= 0]].tolist().count(block[q]) == 0 for q, row in zip(query, found, strict=True))
    assert (np.diff(score, axis=1) <= 0).all()
    again, _ = fitted.nearest_snps(query, 30)
    np.testing.assert_array_equal(found, again)
    same_too, _ = fitted.nearest_snps(query, 400, exclude_same_block=False)
    assert (same_too >= 0).sum(axis=1).max() == fitted.is_embedded.sum() - 1


def test_nearest_snps__refuses_k_below_one(fitted):
    with pytest.raises(QueryError, match="must be at least 1, got 0"):
        fitted.nearest_snps(np.array([0]), 0)


def test_explain__paths_end_in_the_candidates_block(fitted, planted):
    query = np.flatnonzero(fitted.is_embedded)[:1]
    found, _ = fitted.nearest_snps(query, 1)
    paths = fitted.explain(query, int(found[0, 0]))
    block = planted.graph.snp_block
    assert len(paths) > 0
    assert (block[paths.candidate_lead] == block[found[0, 0]]).all()
    assert (block[paths.query_lead] == block[query[0]]).all()


def test_effective_rank__hand_worked():
    assert effective_rank(np.eye(3, dtype=np.float32)) == pytest.approx(3.0)
    assert effective_rank(np.ones((5, 3), np.float32)) == pytest.approx(1.0)
    assert effective_rank(np.zeros((5, 3), np.float32)) == 0.0
