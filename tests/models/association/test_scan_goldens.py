"""Scans of the real mice against GEMMA, FaST-LMM and PLINK."""

import numpy as np
import polars as pl
import pytest

from models.association.exact_scan import scan
from models.association.loco import scan_loco
from models.association.null_model import fit_null
from models.association.ols_scan import scan_ols
from models.association.scan_filters import ScanFilters
from models.association.scan_options import ScanOptions
from models.association.spectral import decompose
from models.genotype_blocks import array_reader
from models.kinship import KinshipOptions, combine, estimate_kinships, leave_out, split_by
from tests.goldens import check_golden
from tests.models.association.mouse import (
    MOUSE,
    Mice,
    cd8_kinship,
    fastlmm,
    gemma,
    k01,
    mice_with,
    needs_mouse,
    variants,
)

pytestmark = [needs_mouse, pytest.mark.slow]

EVERY_SNP = ScanFilters(minimum_maf=0.0, maximum_missing=1.0, maximum_r_squared=1.0)

NULLS = {
    "CD8": {"pve": 0.609672, "pve_se": 0.0327788, "vg": 1.47914, "ve": 0.340552, "beta_se": 0.0155411}
    | {"logl_reml": -1584.07, "logl_ml": -1584.45},
    "MCH": {"pve": 0.635891, "pve_se": 0.0314314, "vg": 2.09221, "ve": 0.431909, "beta_se": 0.0165336}
    | {"logl_reml": -1972.03, "logl_ml": -1972.53},
}
"""What GEMMA prints of the models without a SNP."""


@pytest.mark.parametrize("trait", ["CD8", "MCH"])
def test_scan__is_gemmas(trait: str) -> None:
    mice, expected = mice_with(trait), gemma(trait)
    kinship = cd8_kinship()[np.ix_(mice.is_chosen, mice.is_chosen)]
    spectrum = decompose(kinship)
    _check_null(trait, fit_null(spectrum, mice.y))
    found = scan(mice.read_block, len(mice.dosages), spectrum, mice.y)
    rows = found.is_tested
    assert variants().filter(pl.Series(rows))["rsid"].to_list() == expected["rs"].to_list()
    for test in ("wald", "lrt", "score"):
        neg_log10_p = -np.log10(expected[f"p_{test}"].to_numpy())
        check_golden(f"{trait} -log10 p {test}", getattr(found, f"neg_log10_p_{test}")[rows], neg_log10_p, atol=1e-4)
    check_golden(f"{trait} logl_H1", found.logl_h1[rows], expected["logl_H1"].to_numpy(), atol=1e-3)
    for name, column in (("beta", "beta"), ("se", "se")):
        check_golden(f"{trait} {name}", getattr(found, name)[rows], expected[column].to_numpy(), rtol=1e-5, atol=1e-6)
    for name, column in (("log_lambda_reml", "l_remle"), ("log_lambda_ml", "l_mle")):
        check_golden(f"{trait} {column}", np.exp(getattr(found, name)[rows]), expected[column].to_numpy(), rtol=2e-5)
    check_golden(f"{trait} frequency", found.frequency[rows], expected["af"].to_numpy(), atol=5.01e-4)
    assert found.n_missing[rows].tolist() == expected["n_miss"].to_list()
    assert sum(found.n_dropped.values()) + found.n_tested == found.n_snps == 12_226


def _check_null(trait: str, null: object) -> None:
    for name, expected in NULLS[trait].items():
        value = np.asarray(getattr(null, name)).ravel()[0]
        if name.startswith("logl"):
            check_golden(f"{trait} null {name}", value, expected, atol=0.005)
        else:
            check_golden(f"{trait} null {name}", value, expected, rtol=5e-6)


def _k01_mice() -> tuple[Mice, list[str]]:
    mice = mice_with("CD8", only=k01())
    chosen = variants().filter(pl.col("rsid").is_in(list(k01())))
    assert mice.dosages.shape == (9_100, 1_410)
    return mice, [str(name) for name in chosen["chromosome"]]


def _expected(name: str) -> tuple[np.ndarray, np.ndarray]:
    table = fastlmm(name).filter(pl.col("PValue").is_not_null())
    return -np.log10(table["PValue"].to_numpy()), table["Nullh2"].to_numpy()


def test_scan_loco__p3d_is_fastlmms_loco() -> None:
    """On its terms: the mice phenotyped, standardised SNPs, lambda of each chromosome's null model, F(1, n - 2)."""
    mice, chromosomes = _k01_mice()
    names, membership = split_by(chromosomes)
    options = KinshipOptions(kind="standardised")
    parts = estimate_kinships(mice.read_block, 9_100, 1_410, membership=membership, options=options)
    whole, part_of = combine(parts), dict(zip(names, parts, strict=True))
    found = scan_loco(
        mice.read_block,
        chromosomes,
        lambda name: leave_out(whole, part_of[name]).matrix,
        mice.y,
        options=ScanOptions(method="p3d", filters=EVERY_SNP),
    )
    neg_log10_p, h2 = _expected("loco")
    check_golden("FaST-LMM LOCO -log10 p", found.scan.neg_log10_p_wald, neg_log10_p, atol=1e-5)
    ours = [null.lambda_reml / (1 + null.lambda_reml) for null in map(found.nulls.__getitem__, chromosomes)]
    check_golden("FaST-LMM LOCO null h2", ours, h2, rtol=1e-6)


def test_scan__p3d_is_fastlmms_with_the_whole_kinship() -> None:
    mice, chromosomes = _k01_mice()
    options = KinshipOptions(kind="standardised")
    everything = np.ones((len(chromosomes), 1), np.bool_)
    (kinship,) = estimate_kinships(mice.read_block, 9_100, 1_410, membership=everything, options=options)
    chosen = ScanOptions(method="p3d", filters=EVERY_SNP)
    found = scan(mice.read_block, 9_100, decompose(kinship.matrix), mice.y, options=chosen)
    neg_log10_p, _ = _expected("noloco")
    check_golden("FaST-LMM -log10 p", found.neg_log10_p_wald, neg_log10_p, atol=1e-5)


def test_scan_ols__is_plinks_glm() -> None:
    """PLINK prints six digits; its SNPs, where both alleles are seen."""
    mice = mice_with("CD8")
    found = scan_ols(array_reader(mice.dosages), len(mice.dosages), mice.y)
    table = pl.read_csv(MOUSE / "ref" / "plink2_CD8.glm.linear.gz", separator="\t", null_values="NA")
    joined = variants().with_row_index().join(table.filter(pl.col("P") > 0), left_on="rsid", right_on="ID")
    rows = joined["index"].to_numpy()
    is_tested = found.is_tested[rows]
    assert is_tested.sum() == 9_100
    sign = np.where((joined["A1"] == joined["allele_1"]).to_numpy(), 1.0, -1.0)[is_tested]
    expected = joined.filter(pl.Series(is_tested))
    rows = rows[is_tested]
    check_golden("PLINK -log10 p", found.neg_log10_p_wald[rows], -np.log10(expected["P"].to_numpy()), atol=1e-5)
    check_golden("PLINK beta", found.beta[rows] * sign, expected["BETA"].to_numpy(), rtol=1e-5, atol=1e-6)
    check_golden("PLINK se", found.se[rows], expected["SE"].to_numpy(), rtol=1e-5)
    assert found.lambda_gc() > 10
