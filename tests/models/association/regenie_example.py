"""REGENIE's example of 500 people, read by our loaders, and what REGENIE 4.1.2 found in it."""

import dataclasses
from functools import cache

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from loaders.dosages import open_dosages
from loaders.loco_files import read_loco
from loaders.person_tables import read_people_list
from loaders.phenotypes import read_covariates, read_phenotypes
from loaders.sample_matching import match_samples
from models.association.chromosome_ranges import ChromosomeRange
from models.association.loco_predictions import LocoPredictions
from models.genotype_blocks import BlockReader
from tests.paths import DATA

EXAMPLE = DATA / "lmm" / "regenie_example"
needs_example = pytest.mark.skipif(not EXAMPLE.is_dir(), reason="the shared REGENIE example is not here")
WHOLE = (ChromosomeRange("1", 0, 1000),)

FloatArray = NDArray[np.float64]


@dataclasses.dataclass(frozen=True)
class Example:
    """The 494 people analysed: reader, traits ``[n, 2]``, covariates ``[n, 3]``, REGENIE's predictions."""

    read_block: BlockReader
    traits: FloatArray
    covariates: FloatArray
    predictions: LocoPredictions


@cache
def read_example(kind: str = "bed", phenotypes: str = "phenotype.txt") -> Example:
    """The example from one of its genotype files."""
    genotypes = open_dosages(EXAMPLE / f"example.{kind}")
    files = [read_loco(EXAMPLE / "ref" / f"fit_qt_{trait}.loco") for trait in (1, 2)]
    match = match_samples(
        genotypes.people,
        read_phenotypes(EXAMPLE / phenotypes),
        read_covariates(EXAMPLE / "covariates.txt"),
        remove=read_people_list(EXAMPLE / "fid_iid_to_remove.txt"),
        predictions=files,
    )
    assert match.covariates is not None
    predictions = LocoPredictions(files[0].chromosomes, np.stack(match.predictions, axis=1))
    return Example(genotypes.block_reader(match.index), match.traits, match.covariates, predictions)


def golden(name: str) -> pl.DataFrame:
    """A table of REGENIE's."""
    return pl.read_csv(EXAMPLE / "ref" / f"{name}.regenie", separator=" ", null_values="NA")
