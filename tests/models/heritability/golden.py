"""The shared golden inputs and results of the reference program, as arrays."""

import gzip
import json
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray
from scipy.stats import chi2

from tests.goldens import check_golden
from tests.paths import DATA

Array = NDArray[np.float64]
LDSC = DATA / "ldsc"
B, D = LDSC / "B_1000G_bolt", LDSC / "D_eur_w_ld"
COLUMNS = ("baseL2", "transitionL2", "left40L2", "poscontL2")
BIM = ["CHR", "SNP", "CM", "BP", "A1", "A2"]
CLOSE = 1e-8
"""Relative: the goldens carry 15 digits or more."""
needs_goldens = pytest.mark.skipif(not LDSC.exists(), reason=f"shared folder data/{LDSC.name} is missing")


@dataclass(frozen=True)
class Bolt:
    """Data set B: merged statistics in order, LD scores, annotations of all reference SNPs."""

    z: Array
    z_linear: Array
    n_samples: Array
    ld: Array
    partitioned_ld: Array
    annotations: Array
    is_common: NDArray[np.bool_]
    m: Array
    m_5_50: Array


@dataclass(frozen=True)
class Simulated:
    """Data set D: LD scores and the z of both traits, aligned, at the SNPs of the second."""

    z_alone: Array
    ld_alone: Array
    z_1: Array
    z_2: Array
    ld: Array
    m: float


@cache
def goldens() -> dict[str, Any]:
    return dict(json.loads((LDSC / "golden_regression.json").read_text()))


@cache
def bolt() -> Bolt:
    reference = pl.read_parquet(B / "golden" / "ld_scores.parquet")
    with gzip.open(B / "golden" / "munged_nomerge.sumstats.gz") as file:
        munged = pl.read_csv(file.read(), separator="\t").drop_nulls()
    raw = pl.read_csv(B / "bolt.sumstats.txt.gz", separator="\t", columns=["SNP", "BETA", "P_LINREG"])
    table = reference.join(munged, on="SNP", maintain_order="left").join(raw, on="SNP", maintain_order="left")
    linear = np.sqrt(chi2.isf(table["P_LINREG"].to_numpy(), 1)) * np.sign(table["BETA"].to_numpy())
    sizes = pl.read_csv(B / "golden" / "M_an4.tsv", separator="\t")
    return Bolt(
        z=table["Z"].to_numpy(),
        z_linear=np.round(linear, 3),
        n_samples=table["N"].cast(pl.Float64).to_numpy(),
        ld=table["L2_chunk50"].to_numpy(),
        partitioned_ld=table.select(COLUMNS).to_numpy(),
        annotations=_annotations(),
        is_common=(reference["MAF"] > 0.05).to_numpy(),
        m=_sum_of_lists(sizes["M"]),
        m_5_50=_sum_of_lists(sizes["M_5_50"]),
    )


@cache
def simulated() -> Simulated:
    ld = pl.read_parquet(D / "eur_w_ld_chr.parquet", columns=["L2"])["L2"].cast(pl.Float64).to_numpy()
    first, second = (pl.read_parquet(D / f"sim_t{number}.parquet") for number in (1, 2))
    both = second.join(first, on="row", suffix="_first", maintain_order="left")
    sign = np.where((both["A1"].cast(pl.String) == both["A1_first"].cast(pl.String)).to_numpy(), 1.0, -1.0)
    sizes = pl.read_csv(D / "M_5_50.tsv", separator="\t", has_header=False, new_columns=["chromosome", "m"])
    return Simulated(
        z_alone=first["Zx1000"].to_numpy() / 1000.0,
        ld_alone=ld[first["row"].to_numpy()],
        z_1=both["Zx1000_first"].to_numpy() / 1000.0,
        z_2=sign * both["Zx1000"].to_numpy() / 1000.0,
        ld=ld[both["row"].to_numpy()],
        m=float(sizes["m"].sum()),
    )


def check_attributes(quantity: str, found: Any, expected: Any, names: dict[str, str]) -> None:
    """Compare attributes of ours with the golden's entries ("NA": none), each a golden quantity of its own."""
    compared = {ours: expected[theirs] for ours, theirs in names.items() if expected.get(theirs, "NA") != "NA"}
    assert compared
    for ours, value in compared.items():
        check_golden(quantity.format(words(ours)), getattr(found, ours), value, rtol=CLOSE)


def words(attribute: str) -> str:
    """An attribute's name in words: ``h2_se`` is "h2, standard error"."""
    name = attribute.removesuffix("_se")
    return name.replace("_", " ") + (", standard error" if name != attribute else "")


def _annotations() -> Array:
    """The four annotations, functions of the .bim; see SOURCES.md."""
    files = [B / "plink" / f"1000G.subset.{chromosome}.bim" for chromosome in range(1, 23)]
    bim = pl.concat([pl.read_csv(path, separator="\t", has_header=False, new_columns=BIM) for path in files])
    alleles = (bim["A1"] + bim["A2"]).to_numpy()
    position = bim["BP"].to_numpy()
    is_transition = np.isin(alleles, ["AG", "GA", "CT", "TC"])
    continuous = np.round((position - 20.5e6) / 3e5, 4)
    return np.column_stack((np.ones(position.size), is_transition, position < 20.4e6, continuous)).astype(float)


def _sum_of_lists(column: pl.Series) -> Array:
    return np.array([[float(value) for value in text.strip('"').split()] for text in column]).sum(axis=0)
