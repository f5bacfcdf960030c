import dataclasses

import numpy as np
import pytest

from loaders.simulation.effects import plan_effects, trait_modules_of
from loaders.simulation.genome import DemoSizeError, make_genome
from loaders.simulation.truth import DemoSize
from tests.loaders.simulation.conftest import SMALL


@pytest.fixture(scope="module")
def genome():
    return make_genome(SMALL, np.random.default_rng(3))


def test_plan_effects__no_molecule_and_no_block_in_two_modules(genome):
    plan = plan_effects(genome, SMALL, np.random.default_rng(4))
    cpgs = np.concatenate([module.cpgs for module in plan.modules])
    blocks = np.concatenate([module.snps for module in plan.modules]) // SMALL.snps_per_block
    assert np.unique(cpgs).size == cpgs.size == SMALL.n_modules * SMALL.cpgs_per_module
    assert np.unique(blocks).size == blocks.size == SMALL.n_modules * SMALL.loci_per_module
    chromosome = genome.blocks["chromosome"].to_numpy()
    neighbours = [block for block in blocks if block + 1 in blocks and chromosome[block] == chromosome[block + 1]]
    assert neighbours == []


def test_plan_effects__regulators_are_no_indels(genome):
    plan = plan_effects(genome, SMALL, np.random.default_rng(4))
    snps = np.concatenate([module.snps for module in plan.modules])
    assert not genome.snps["is_indel"].to_numpy()[snps].any()


def test_plan_effects__effects_are_strong_enough_to_be_seen(genome):
    plan = plan_effects(genome, SMALL, np.random.default_rng(4))
    assert np.abs(plan.effect_z).min() >= 6.5
    assert plan.effect_molecule.max() < SMALL.n_molecules
    assert plan.effect_snp.max() < SMALL.n_snps


def test_plan_effects__causal_snps_are_regulators_of_the_trait_s_modules(genome):
    plan = plan_effects(genome, SMALL, np.random.default_rng(4))
    for trait in plan.traits:
        for causal in trait.causal:
            if causal.module is not None:
                assert causal.module in trait.modules
                assert causal.snp in plan.modules[causal.module].snps
            assert (4.2 <= abs(causal.z) <= 5.0) if causal.level == "below" else (7.0 <= abs(causal.z) <= 11.0)


def test_trait_modules_of__default():
    expected = ((0,), (1,), (2,), (3,), (4, 5), (6, 7), (7, 8), ())
    assert trait_modules_of(DemoSize()) == expected


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"cpgs_per_module": 100}, "6 modules need 600 CpGs and 48 genes, the size has 500 and 120"),
        ({"loci_per_module": 23}, "23 are wanted and only 22 chromosomes have free blocks"),
        ({"n_hubs": 80}, "80 are wanted and .* blocks are free"),
    ],
)
def test_plan_effects__impossible_sizes(genome, change, message):
    with pytest.raises(DemoSizeError, match=message):
        plan_effects(genome, dataclasses.replace(SMALL, **change), np.random.default_rng(4))
