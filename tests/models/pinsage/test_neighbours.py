import numpy as np
import pytest

from models.pinsage.neighbours import NeighbourRule, Nodes, nearest_rows


def slow_neighbours(query, candidates, bias, rule):
    """Sort every candidate by (-score, place) in plain Python."""
    result = []
    for node, block, vector in zip(query.node, query.block, query.vectors, strict=True):
        order = sorted(
            range(candidates.node.size), key=lambda place: (-(candidates.vectors[place] @ vector + bias[place]), place)
        )
        kept, per_block = [], {}
        for place in order:
            if candidates.node[place] == node or (rule.exclude_same_block and candidates.block[place] == block):
                continue
            per_block[candidates.block[place]] = per_block.get(candidates.block[place], 0) + 1
            if rule.max_per_block is None or per_block[candidates.block[place]] <= rule.max_per_block:
                kept.append(int(candidates.node[place]))
        result.append((kept[: rule.k] + [-1] * rule.k)[: rule.k])
    return result


@pytest.mark.parametrize("exclude", [True, False])
@pytest.mark.parametrize("max_per_block", [None, 1, 3])
def test_nearest_rows__matches_the_slow_twin_with_many_ties(exclude, max_per_block):
    generator = np.random.default_rng(0)
    vectors = generator.integers(-1, 2, (60, 3)).astype(np.float32)
    vectors[~vectors.any(axis=1)] = 1.0
    nodes = Nodes(np.arange(60, dtype=np.int32), (np.arange(60) // 6).astype(np.int32), vectors)
    bias = generator.integers(0, 2, 60).astype(np.float32)
    rule = NeighbourRule(7, exclude, max_per_block)
    found, score = nearest_rows(nodes, nodes, bias, rule)
    assert found.tolist() == slow_neighbours(nodes, nodes, bias, rule)
    assert (np.diff(score, axis=1) <= 0).all()


def test_nearest_rows__looks_on_where_one_block_fills_the_front():
    """600 SNPs of two blocks are better than all others; three of each may be shown."""
    generator = np.random.default_rng(1)
    block = np.concatenate([np.repeat([0, 1], 300), np.arange(2, 202)]).astype(np.int32)
    vectors = np.concatenate([generator.uniform(2, 3, 600), generator.uniform(0, 1, 200)])[:, None].astype(np.float32)
    candidates = Nodes(np.arange(800, dtype=np.int32), block, vectors)
    query = Nodes(np.array([900], np.int32), np.array([-5], np.int32), np.ones((1, 1), np.float32))
    rule = NeighbourRule(10, True, 3)
    found, _ = nearest_rows(query, candidates, np.zeros(800, np.float32), rule)
    assert found.tolist() == slow_neighbours(query, candidates, np.zeros(800), rule)
    assert (found >= 600).sum() == 4


def test_nearest_rows__pads_where_there_are_too_few_and_skips_zero_queries():
    nodes = Nodes(np.array([4, 9], np.int32), np.array([0, 1], np.int32), np.array([[1.0], [0.0]], np.float32))
    found, score = nearest_rows(nodes, nodes, np.zeros(2, np.float32), NeighbourRule(3, True, None))
    assert found.tolist() == [[9, -1, -1], [-1, -1, -1]]
    assert not score.any()
