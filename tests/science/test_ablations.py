from dataclasses import replace

import numpy as np
import pytest

from models.pinsage import fit_pinsage
from models.pinsage.ranking import rank_targets
from tests.models.pinsage.planted import SMALL, planted_graph
from tests.science.ablations import VARIANTS, cut_graph, make_table, rank_variant


@pytest.fixture(scope="module")
def cut():
    return cut_graph(planted_graph().graph, seed=0)


def test_rank_variant__of_the_whole_recipe_is_the_products(cut):
    fitted = fit_pinsage(cut.graph, SMALL, seed=0)
    expected = rank_targets(fitted.score_molecule_blocks, cut.left, cut.validation, name="PinSage")
    found = rank_variant(cut, VARIANTS[0], SMALL, seed=0)
    assert np.mean(found == expected) > 0.95  # ties of rounding aside
    np.testing.assert_allclose(found, expected, atol=1)


@pytest.mark.parametrize("variant", VARIANTS[1:], ids=[variant.name for variant in VARIANTS[1:]])
def test_rank_variant__changes_the_ranks(cut, variant):
    quick = replace(SMALL, n_steps=10)
    whole, found = (rank_variant(cut, one, quick, seed=0) for one in (VARIANTS[0], variant))
    assert not np.array_equal(whole, found)
    assert np.isfinite(found).all()


def test_make_table__pairs_each_variant_with_the_whole_recipe(cut):
    generator = np.random.default_rng(0)
    worse = generator.uniform(60, 70, len(cut.validation)).tolist()
    kept = {f"sparse_0/{variant.name}/0": worse for variant in VARIANTS}
    kept[f"sparse_0/{VARIANTS[0].name}/0"] = [1.0] * len(cut.validation)
    rows = make_table({"sparse_0": cut}, [0], kept).rows
    assert rows[0][1:] == ("1.000 / 1.000", "–") * 2
    assert rows[1][2].startswith("−1.000 [−1.000, −1.000] / −.98")
