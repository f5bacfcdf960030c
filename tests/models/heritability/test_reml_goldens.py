"""REML of the mice and of GCTA's test set against GCTA 1.94.1 and GEMMA 0.98.5."""

import re

import numpy as np
import polars as pl
import pytest
from bed_reader import open_bed

from models.genotype_blocks import array_reader, block_frequencies
from models.heritability.ai_reml import RemlOptions
from models.heritability.bivariate_likelihood import log_likelihood_constant
from models.heritability.bivariate_reml import BivariateRequest, estimate_bivariate_reml
from models.heritability.reml import RemlRequest, estimate_reml
from models.heritability.reml_results import Reml
from models.kinship import Kinship, KinshipOptions, estimate_kinship
from tests.goldens import check_golden
from tests.mouse_hs1940 import (
    CD8,
    LMM,
    MCH,
    MOUSE,
    REF,
    gcta_kinship,
    gcta_kinships,
    gemma_kinship,
    gemma_kinships,
    needs_lmm,
    phenotypes,
    read_hsq,
)

pytestmark = [needs_lmm, pytest.mark.slow]


def check_components(label: str, found: Reml, hsq: dict[str, list[float]], *, names: list[str]) -> None:
    """Components, shares, sums and log-likelihood, each with its error where the file has one."""
    rows = [hsq[f"V({name})"] for name in names]
    check_golden(f"{label}: components", [[c.variance, c.variance_se] for c in found.components], rows, atol=1e-4)
    rows = [hsq[f"V({name})/Vp"] for name in names]
    check_golden(f"{label}: shares", [[c.share, c.share_se] for c in found.components], rows, atol=1e-4)
    rest = [found.residual_variance, found.residual_variance_se]
    whole = [found.phenotypic_variance, found.phenotypic_variance_se]
    check_golden(f"{label}: residual and whole", [rest, whole], [hsq["V(e)"], hsq["Vp"]], atol=1e-4)
    check_golden(f"{label}: log-likelihood", found.log_likelihood, hsq["logL"], atol=1e-3)
    assert found.n_people == hsq["n"][0]


@pytest.mark.parametrize(("name", "trait"), [("CD8", CD8), ("MCH", MCH)])
def test_estimate_reml__gcta_one_component(name: str, trait: int) -> None:
    hsq = read_hsq(f"mouse_hs1940/ref/gcta_gall_{name}.hsq")
    for is_constrained in (True, False):
        request = RemlRequest(RemlOptions(is_constrained=is_constrained), tested=None)
        found = estimate_reml(phenotypes()[:, trait], [gcta_kinship()], request=request)
        check_components(f"GCTA, mice, one GRM, {name}", found, hsq, names=["G"])
        check_golden("GCTA, mice, one GRM: LRT", found.tests[0].statistic, hsq["LRT"], atol=2e-3)
        check_golden("GCTA, mice, one GRM: logL0", found.tests[0].log_likelihood_without, hsq["logL0"], atol=1e-3)


@pytest.mark.parametrize(("file", "is_constrained"), [("g19", True), ("g19nc", False)])
def test_estimate_reml__gcta_nineteen_components(file: str, is_constrained: bool) -> None:
    hsq = read_hsq(f"mouse_hs1940/ref/gcta_{file}_CD8.hsq")
    names, kinships = gcta_kinships()
    request = RemlRequest(RemlOptions(is_constrained=is_constrained))
    found = estimate_reml(phenotypes()[:, CD8], kinships, names=names, request=request)
    check_components(f"GCTA, mice, 19 GRMs, {file}", found, hsq, names=[f"G{at}" for at in range(1, 20)])
    check_golden("GCTA, mice, 19 GRMs: sum of shares", [found.h2, found.h2_se], hsq["Sum of V(G)/Vp"], atol=1e-4)
    assert found.flags == ()


def test_estimate_reml__gcta_test_set() -> None:
    """3,925 people, 1,000 SNPs with missing genotypes: per-pair counts, and half a chi² for one bounded component."""
    hsq = read_hsq("gcta_test/test.hsq")
    with open_bed(LMM / "gcta_test" / "test.bed", count_A1=True) as bed:
        dosages = np.ascontiguousarray(bed.read(dtype="float32", num_threads=1).T)
    kinship = estimate_kinship(array_reader(dosages), *dosages.shape, options=KinshipOptions("gcta", stored="float32"))
    y = np.genfromtxt(LMM / "gcta_test" / "test.phen")[:, 2]
    request = RemlRequest(RemlOptions(is_constrained=True, tolerance=1e-6), tested=None)
    found = estimate_reml(y, [kinship], request=request)
    check_components("GCTA, its test set", found, hsq, names=["G"])
    check_golden("GCTA, its test set: LRT", found.tests[0].statistic, hsq["LRT"], atol=2e-3)
    p = 10.0 ** -found.tests[0].neg_log10_p
    check_golden("GCTA, its test set: p of the LRT", p, hsq["Pval"], rtol=1e-3)


def test_estimate_reml__gemma_nineteen_components() -> None:
    """GEMMA's -vc 2, whose shares are on the scale of the centred matrices' traces."""
    log = (REF / "gemma_CD8_vc19_REML.log.txt").read_text()
    names, kinships = gemma_kinships()
    found = estimate_reml(phenotypes()[:, CD8], kinships, names=names, request=RemlRequest(share_scale="trace"))
    variance = [c.variance for c in found.components] + [found.residual_variance]
    error = [c.variance_se for c in found.components] + [found.residual_variance_se]
    check_golden("GEMMA -vc 2, mice: components", variance, numbers(log, "sigma2 estimates"), atol=1e-4)
    check_golden("GEMMA -vc 2, mice: their errors", error, numbers(log, r"se\(sigma2\)"), atol=1e-4)
    shares, shares_se = ([getattr(c, name) for c in found.components] for name in ("share", "share_se"))
    check_golden("GEMMA -vc 2, mice: shares", shares, numbers(log, "pve estimates"), atol=1e-4)
    check_golden("GEMMA -vc 2, mice: their errors", shares_se, numbers(log, r"se\(pve\)"), atol=1e-4)
    total = [*numbers(log, "total pve"), *numbers(log, r"se\(total pve\)")]
    check_golden("GEMMA -vc 2, mice: sum of shares", [found.h2, found.h2_se], total, atol=1e-4)


@pytest.mark.parametrize(("name", "trait"), [("CD8", CD8), ("MCH", MCH)])
def test_estimate_reml__gemma_null_model(name: str, trait: int) -> None:
    """GEMMA's PVE, Vg and Ve, and its log-likelihood with the constant; its error is of another information."""
    log = (REF / f"gemma_{name}_lmm4.log.txt").read_text()
    found = estimate_reml(phenotypes()[:, trait], [gemma_kinship()], request=RemlRequest(share_scale="trace"))
    check_golden(f"GEMMA, mice, {name}: PVE", found.h2, numbers(log, "pve estimate in the null model"), atol=5e-6)
    check_golden(
        f"GEMMA, mice, {name}: se of PVE", found.h2_se, numbers(log, r"se\(pve\) in the null model"), rtol=0.05
    )
    variances = [found.components[0].variance, found.residual_variance]
    expected = [*numbers(log, "vg estimate in the null model"), *numbers(log, "ve estimate in the null model")]
    check_golden(f"GEMMA, mice, {name}: Vg and Ve", variances, expected, rtol=2e-5)
    whole = found.log_likelihood + log_likelihood_constant(found.n_people, np.ones((found.n_people, 1)), n_traits=1)
    check_golden(f"GEMMA, mice, {name}: REML log-likelihood", whole, numbers(log, "REMLE log-likelihood"), atol=5e-3)


def test_estimate_bivariate_reml__gemma_mvlmm() -> None:
    """CD8 and MCH of the 1,197 mice that have both, GEMMA's mvLMM with its matrix of the BIMBAM dosages."""
    log = (REF / "gemma_mouse_CD8MCH_lmm.log.txt").read_text()
    both = phenotypes()[:, [CD8, MCH]]
    both = np.where(np.isnan(both).any(axis=1, keepdims=True), np.nan, both)
    found = estimate_bivariate_reml(both, bimbam_kinship(), request=BivariateRequest(is_rg_tested=True))
    assert found.n_people == (1197, 1197, 1197)
    for name, covariance, error in (
        ("Vg", found.genetic_covariance, found.genetic_covariance_se),
        ("Ve", found.residual_covariance, found.residual_covariance_se),
    ):
        lower = np.tril_indices(2)
        expected = triangle(log, f"REMLE estimate for {name}")
        check_golden(f"GEMMA's mvLMM, mice: {name}", covariance[lower], expected, rtol=2e-5)
        # GEMMA's errors come from the observed information, ours from the average one
        check_golden(f"GEMMA's mvLMM, mice: errors of {name}", error[lower], triangle(log, rf"se\({name}\)"), rtol=0.05)
    constant = log_likelihood_constant(1197, np.ones((1197, 1)), n_traits=2)
    expected = numbers(log, "REMLE log-likelihood")
    check_golden("GEMMA's mvLMM, mice: REML log-likelihood", found.log_likelihood + constant, expected, atol=5e-3)
    assert found.is_converged


def bimbam_kinship() -> Kinship:
    """GEMMA's -gk 1 of the mean genotypes, SNPs filtered by CD8, over all mice."""
    cells = pl.read_csv(MOUSE / "mouse_hs1940.geno.txt.gz", has_header=False, null_values=["NA", " NA"])
    stripped = cells[:, 3:].select(pl.col(pl.String).str.strip_chars(), pl.exclude(pl.String))
    dosages = np.ascontiguousarray(stripped.cast(pl.Float32).to_numpy())
    with_cd8 = block_frequencies(dosages[:, ~np.isnan(phenotypes()[:, CD8])])
    is_used = with_cd8.minor_allele_frequency >= 0.01
    return estimate_kinship(array_reader(dosages), *dosages.shape, is_used=is_used)


def triangle(log: str, name: str) -> list[float]:
    """The three numbers of a lower triangle on the two lines after the first line that names it."""
    line = re.search(rf"^## {name}.*\n(.*)\n(.*)$", log, re.MULTILINE)
    assert line, name
    return [float(value) for value in f"{line[1]} {line[2]}".split()]


def numbers(log: str, name: str) -> list[float]:
    """What follows ``name … =`` in a GEMMA log."""
    line = re.search(rf"^## {name}.*?=(.*)$", log, re.MULTILINE)
    assert line, name
    return [float(value) for value in line[1].split()]
