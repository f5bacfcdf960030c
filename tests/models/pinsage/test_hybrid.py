from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from models.pinsage import CheckpointError, lead_pairs
from models.pinsage.hybrid import FittedHybrid, fit_hybrid
from models.pinsage.ld_jump import Place
from models.pinsage.rankers import ALS_LD
from models.pinsage.rankers.als import AlsLdSettings
from models.pinsage.rankers.factors import AlsSettings

SETTINGS = AlsLdSettings(als=AlsSettings(16, 1.0, 10.0))


@pytest.fixture(scope="module")
def hybrid(fitted, planted):
    return fit_hybrid(planted.graph, fitted, als_ld=SETTINGS, weight=0.5)


def test_score_molecule_blocks__adds_als_ld_to_what_the_walks_say(hybrid, fitted, planted):
    molecules = np.array([3, 40, 3])
    als = ALS_LD.fit(planted.graph, lead_pairs(planted.graph), SETTINGS)(molecules).astype(np.float64)
    parts = fitted.molecule_scores(molecules)
    walks = parts.by_walks.astype(np.float64)
    scaled = (als - als.mean(axis=1)[:, None]) / als.std(axis=1)[:, None]
    expected = replace(parts, by_walks=walks + 0.5 * walks.std(axis=1)[:, None] * scaled).mixed()
    assert_allclose(hybrid.score_molecule_blocks(molecules), expected, atol=1e-4)


def test_weight_zero__ranks_as_pinsage(fitted, planted):
    alone = fit_hybrid(planted.graph, fitted, als_ld=SETTINGS, weight=0.0)
    molecules = np.arange(30)
    ours, theirs = alone.score_molecule_blocks(molecules), fitted.score_molecule_blocks(molecules)
    assert_array_equal(
        np.argsort(-ours, axis=1, kind="stable")[:, :5], np.argsort(-theirs, axis=1, kind="stable")[:, :5]
    )


def test_score_query_blocks__of_a_molecules_leads_ranks_like_the_molecule(hybrid, planted):
    pairs = lead_pairs(planted.graph)
    molecule = int(np.argmax(np.bincount(pairs.molecule)))
    query = pairs.lead_snp[pairs.molecule == molecule]
    by_query, by_molecule = hybrid.score_query_blocks(query), hybrid.score_molecule_blocks(np.array([molecule]))[0]
    assert np.corrcoef(by_query, by_molecule)[0, 1] > 0.99


def test_fold_in__of_a_molecules_own_pairs_gives_its_vector(hybrid, planted):
    """The last half sweep of ALS solves SNPs from molecules: one more solve of a molecule moves it a little only."""
    pairs = lead_pairs(planted.graph)
    chosen = pairs.molecule == 12
    snp = np.sort(pairs.lead_snp[chosen])
    graph = planted.graph
    place = Place(snp, graph.snp_block[snp], graph.snp_position_bp[snp])
    folded = hybrid.als_ld.score_query_blocks(place)
    trained = hybrid.als_ld.score_molecule_blocks(np.array([12]))[0]
    assert np.corrcoef(folded, trained)[0, 1] > 0.99


def test_query_order__does_not_matter(hybrid, planted):
    query = np.flatnonzero(hybrid.is_embedded)[[7, 3, 11]]
    assert_allclose(hybrid.score_query_blocks(query), hybrid.score_query_blocks(query[::-1]), atol=1e-6)


def test_to_bytes__comes_back_equal(hybrid):
    back = FittedHybrid.from_bytes(hybrid.to_bytes())
    assert back.to_bytes() == hybrid.to_bytes()
    assert_array_equal(back.score_molecule_blocks(np.arange(9)), hybrid.score_molecule_blocks(np.arange(9)))


def test_from_bytes__refuses_a_pinsage(fitted):
    with pytest.raises(CheckpointError, match="hybrid"):
        FittedHybrid.from_bytes(fitted.to_bytes())
