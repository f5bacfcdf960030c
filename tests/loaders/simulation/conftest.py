"""One small simulated study for all tests of loaders.simulation."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from loaders.simulation import CohortSize, DemoSize, DemoTruth, write_demo

SMALL_COHORT = CohortSize(n_snps=2_200, n_people=1_500, n_first=1_200, n_second=900, n_panel_people=200)
SMALL = DemoSize(
    n_blocks=220,
    snps_per_block=10,
    n_cpgs=500,
    n_genes=120,
    n_modules=6,
    loci_per_module=10,
    cpgs_per_module=30,
    genes_per_module=8,
    n_hubs=20,
    molecules_per_hub=8,
    n_traits=4,
    n_panel_people=300,
    cohort=SMALL_COHORT,
)


@dataclass(frozen=True)
class Demo:
    """A written study."""

    folder: Path
    truth: DemoTruth


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    return Demo(folder, write_demo(folder, seed=7, size=SMALL))
