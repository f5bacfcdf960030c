from itertools import pairwise

import numpy as np
import pytest

from models.pinsage import LocusPairs, lead_pairs
from models.pinsage.metrics import matched_null, pair_metrics, subset_masks
from models.pinsage.ranking import rank_targets
from tests.models.pinsage.planted import make_graph


def make_pairs(block, molecule):
    ids = [np.array(values, np.int32) for values in (block, molecule, molecule, block)]
    return LocusPairs(*ids, np.array([b % 2 == 1 for b in block], np.bool_))


def random_case(seed):
    """Twelve molecules by 40 blocks, 2 known and 1 to 3 held out each, scores with many ties."""
    generator = np.random.default_rng(seed)
    known, held_out = [], []
    for molecule in range(12):
        blocks = generator.choice(40, 6, replace=False)
        known += [(molecule, b) for b in sorted(blocks[:2].tolist())]
        held_out += [(molecule, b) for b in sorted(blocks[2 : 3 + molecule % 3].tolist())]
    scores = generator.integers(0, 8, (12, 40)).astype(np.float32)
    training, targets = (make_pairs([b for _, b in part], [m for m, _ in part]) for part in (known, held_out))
    return training, targets, scores


def test_pair_metrics__by_hand():
    # Molecule 0 knows block 4 and is held out at 0 and 2; five blocks are left, best first: 1, 0, 3, 2, 5.
    training, targets = make_pairs([4], [0]), make_pairs([0, 2], [0, 0])
    scores = np.array([[4.0, 5.0, 2.0, 3.0, 9.0, 1.0]], np.float32)
    ranks = rank_targets(lambda molecules: scores[molecules], training, targets, name="by hand")
    assert ranks.tolist() == [2.0, 4.0]
    metrics = pair_metrics(ranks, training, targets, n_blocks=6)
    assert metrics.precision.tolist() == [1 / 2, 2 / 4]
    assert metrics.auc.tolist() == pytest.approx([2 / 3, 1 / 3])  # others: 1, 3, 5
    assert metrics.reciprocal_rank.tolist() == [1 / 2, 1 / 4]
    assert metrics.recall_10.tolist() == [1.0, 1.0]


def test_pair_metrics__all_tied_is_chance():
    training, targets = make_pairs([4], [0]), make_pairs([0, 2], [0, 0])
    ranks = rank_targets(lambda m: np.zeros((len(m), 6), np.float32), training, targets, name="tied")
    metrics = pair_metrics(ranks, training, targets, n_blocks=6)
    assert metrics.auc.tolist() == [0.5, 0.5]
    assert metrics.precision.tolist() == [1.5 / 3, 1.5 / 3]


@pytest.mark.parametrize("seed", range(5))
def test_pair_metrics__agrees_with_its_slow_twin(seed):
    training, targets, scores = random_case(seed)
    ranks = rank_targets(lambda molecules: scores[molecules], training, targets, name="random")
    metrics = pair_metrics(ranks, training, targets, n_blocks=40)
    for row, (molecule, block) in enumerate(zip(targets.molecule, targets.block, strict=True)):
        known = set(training.block[training.molecule == molecule].tolist())
        hidden = set(targets.block[targets.molecule == molecule].tolist())
        own = scores[molecule]
        worth = {b: float(own[b] > own[block]) + 0.5 * float(own[b] == own[block]) for b in range(40) if b != block}
        others = [worth[b] for b in range(40) if b not in known | hidden]
        rank = 1 + sum(worth[b] for b in worth if b not in known)
        positives = 1 + sum(worth[b] for b in hidden - {block})
        assert metrics.auc[row] == pytest.approx(1 - sum(others) / len(others))
        assert metrics.precision[row] == pytest.approx(positives / rank)
        assert metrics.recall_10[row] == float(rank <= 10)
        assert metrics.reciprocal_rank[row] == pytest.approx(1 / rank)


def test_mean__of_an_empty_subset_is_nan():
    training, targets, scores = random_case(0)
    ranks = rank_targets(lambda molecules: scores[molecules], training, targets, name="random")
    metrics = pair_metrics(ranks, training, targets, n_blocks=40)
    nothing = np.zeros(len(targets), np.bool_)
    assert np.isnan(metrics.mean(nothing)["auc"])
    assert metrics.mean(~nothing)["reciprocal_rank"] == pytest.approx((1 / ranks).mean())


def test_subset_masks__leave_out_the_mhc_and_split_by_degree():
    place_bp = np.array([24_999_999, 25_000_000, 34_000_000, 34_000_001, 30_000_000, 0], np.int64)
    graph = make_graph(
        [(snp, molecule, 6.0) for snp in range(6) for molecule in range(snp + 1)],
        [0, 1, 2, 3, 4, 5],
        6,
        snp_position_bp=place_bp,
        snp_chromosome=np.array([6, 6, 6, 6, 5, 6], np.int16),
    )
    training = lead_pairs(graph)
    targets = make_pairs([0, 1, 2, 3, 4, 5], [0, 1, 2, 3, 4, 5])
    masks = subset_masks(graph, training, targets, mhc_chromosome=6)
    assert masks["without the MHC"].tolist() == [True, False, False, True, True, True]
    assert masks["trans"].tolist() == [False, True, False, True, False, True]
    assert "without the MHC" not in subset_masks(graph, training, targets)
    deciles = [masks[f"degree decile {number}"] for number in range(1, 11)]
    assert np.sum(deciles, axis=0).tolist() == [1] * 6
    degrees = [np.arange(1, 7)[decile] for decile in deciles if decile.any()]
    assert all(low.max() < high.min() for low, high in pairwise(degrees))


def test_matched_null__expects_of_popularity_what_it_reaches():
    generator = np.random.default_rng(0)
    degree = np.repeat([1, 2, 3, 4, 6, 8, 12, 16], 25)
    edges = [(b, int(m)) for b in range(200) for m in generator.choice(300, degree[b], replace=False)]
    edges = sorted(edges, key=lambda edge: edge[::-1])
    chosen = np.random.default_rng(1).random(len(edges)) < 0.2
    training = make_pairs(*zip(*[e for e, c in zip(edges, chosen, strict=True) if not c], strict=True))
    targets = make_pairs(*zip(*[e for e, c in zip(edges, chosen, strict=True) if c], strict=True))
    popularity = np.bincount(training.block, minlength=200).astype(np.float32)
    found = matched_null(
        lambda m: np.tile(popularity, (len(m), 1)), training, targets, seed=0, n_sets=1000, n_nearest=5
    )
    of_50 = found[1]
    assert of_50.cutoff == 50
    assert of_50.expected == pytest.approx(of_50.recall, abs=0.05)  # degree is all that popularity knows
    assert of_50.expected > 1.5 * 50 / 200  # and far above uniform
    oracle = np.zeros((300, 200), np.float32)
    oracle[targets.molecule, targets.block] = 1.0
    best = matched_null(lambda m: oracle[m], training, targets, seed=0)[0]
    assert (best.recall, best.p) == (1.0, pytest.approx(1 / 1001))
    assert best.lower <= best.expected <= best.upper < 0.2
