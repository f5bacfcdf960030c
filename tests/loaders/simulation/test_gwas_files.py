import numpy as np
import pytest

from loaders.simulation.genome import make_genome
from loaders.simulation.gwas_files import gwas_ssf_table, trait_code, trait_name
from loaders.simulation.statistics import two_sided_p
from tests.loaders.simulation.conftest import SMALL


@pytest.mark.parametrize("trait", [0, 2])
def test_gwas_ssf_table__z_survives_the_file(trait):
    genome = make_genome(SMALL, np.random.default_rng(3))
    z = np.random.default_rng(4).normal(0.0, 3.0, SMALL.n_snps)
    table = gwas_ssf_table(genome, z, trait, 200_000, np.random.default_rng(5))
    beta = table["beta"].to_numpy() if trait == 0 else np.log(table["odds_ratio"].to_numpy())
    assert np.abs(beta / table["standard_error"].to_numpy()) == pytest.approx(np.abs(z), abs=2e-4)
    assert table["p_value"].to_numpy() == pytest.approx(two_sided_p(z), rel=1e-3)


def test_trait_names__are_unique_and_the_last_is_null():
    names = [trait_name(trait, 20) for trait in range(20)]
    assert len(set(names)) == 20
    assert names[-1] == "Simulated trait without any genetic effect"
    assert trait_code(0, 20) == "simulated-blood-cell-count"
