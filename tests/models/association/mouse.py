"""The heterogeneous-stock mice of the shared real data, and what other programs found in them."""

import dataclasses
from functools import cache

import numpy as np
import polars as pl
import pytest
from bed_reader import open_bed
from numpy.typing import NDArray

from models.genotype_blocks import BlockReader, array_reader
from models.kinship import KinshipOptions, estimate_kinship
from tests.paths import DATA

MOUSE = DATA / "lmm" / "mouse_hs1940"
TRAITS = {"CD8": 0, "MCH": 5}
needs_mouse = pytest.mark.skipif(not MOUSE.is_dir(), reason="the shared mouse data are not here")

FloatArray = NDArray[np.float64]


@dataclasses.dataclass(frozen=True)
class Mice:
    """The mice with a trait: dosages of allele 1 ``[m, n]``, NaN for missing, the trait ``[n]``, and who they are."""

    dosages: NDArray[np.float32]
    y: FloatArray
    is_chosen: NDArray[np.bool_]

    @property
    def read_block(self) -> BlockReader:
        """Reader of their dosages."""
        return array_reader(self.dosages)


@cache
def variants() -> pl.DataFrame:
    """Chromosome and id of each SNP, in the order of the .bim."""
    names = ["chromosome", "rsid", "cm", "position_bp", "allele_1", "allele_2"]
    return pl.read_csv(MOUSE / "mouse_hs1940.bim", separator="\t", has_header=False, new_columns=names)


@cache
def all_dosages() -> NDArray[np.float32]:
    """Dosages of all 1,940 mice at all SNPs, ``[12226, 1940]``."""
    with open_bed(MOUSE / "mouse_hs1940.bed", count_A1=True) as bed:
        return np.ascontiguousarray(bed.read(dtype="float32", order="F", num_threads=1).T)


@cache
def mice_with(trait: str, *, only: tuple[str, ...] | None = None) -> Mice:
    """Mice that have the trait, at all SNPs or some of them."""
    fields = [line.split()[5 + TRAITS[trait]] for line in (MOUSE / "mouse_hs1940.fam").read_text().splitlines()]
    y = np.array([float("nan" if field == "NA" else field) for field in fields])
    is_chosen = np.isfinite(y)
    rows = slice(None) if only is None else variants()["rsid"].is_in(list(only)).to_numpy()
    return Mice(all_dosages()[rows][:, is_chosen], y[is_chosen], is_chosen)


@cache
def cd8_kinship() -> FloatArray:
    """Centred kinship of all 1,940 mice from the SNPs that pass GEMMA's filter among those with CD8."""
    is_used = variants()["rsid"].is_in(gemma("CD8")["rs"].implode()).to_numpy()
    options = KinshipOptions(precision="float64")
    dosages = all_dosages()
    kinship = estimate_kinship(array_reader(dosages), len(dosages), dosages.shape[1], options=options, is_used=is_used)
    return np.asarray(kinship.matrix, np.float64)


@cache
def gemma(trait: str) -> pl.DataFrame:
    """GEMMA's ``-lmm 4`` of a trait, from the .bed."""
    return pl.read_csv(MOUSE / "ref" / f"gemma_{trait}_lmm4.assoc.txt.gz", separator="\t")


@cache
def fastlmm(name: str) -> pl.DataFrame:
    """FaST-LMM's results of CD8, ``loco`` or ``noloco``, in the order of the .bim."""
    found = pl.read_csv(MOUSE / "ref" / f"fastlmm_CD8_{name}.tsv.gz", separator="\t")
    return variants().select("rsid").join(found, left_on="rsid", right_on="SNP", maintain_order="left")


@cache
def k01() -> tuple[str, ...]:
    """The 9,100 SNPs that FaST-LMM had."""
    return tuple(pl.read_csv(MOUSE / "ref" / "k01.snplist.gz", has_header=False).to_series(0))
