"""Variance components from files: against the mathematics on arrays, against GCTA, and what is refused."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

import models.heritability as reml
from models.genotype_blocks import array_reader
from models.kinship import Kinship, KinshipOptions, estimate_kinships
from services.mixed_models import MatchError, PeopleRequest, RemlRequest, estimate_reml
from tests.goldens import check_golden
from tests.mouse_hs1940 import MOUSE, needs_lmm, read_hsq
from tests.services.mixed_models.cohort import N_PEOPLE, N_SNPS, Cohort, change_cells, write_genotypes

GCTA = KinshipOptions("gcta", 0.01, stored="float32")


def matrices(cohort: Cohort, membership: np.ndarray, options: KinshipOptions = GCTA) -> tuple[Kinship, ...]:
    reader = array_reader(cohort.dosages)
    return estimate_kinships(reader, N_SNPS, N_PEOPLE, membership=membership, options=options)


def of_chromosomes(cohort: Cohort) -> np.ndarray:
    return np.array(cohort.chromosomes)[:, None] == np.array(["1", "2", "3"])


@pytest.mark.slow
@needs_lmm
def test_estimate_reml__mouse_cd8_by_chromosome_is_gctas() -> None:
    people = PeopleRequest(
        genotypes=MOUSE / "mouse_hs1940.bed", phenotypes=MOUSE / "mouse_hs1940.fam", traits=("trait_1",)
    )
    report = estimate_reml(RemlRequest(people=people, parts="chromosome"))
    golden = read_hsq("mouse_hs1940/ref/gcta_g19_CD8.hsq")
    for at, component in enumerate(report.components, start=1):
        check_golden("reml service, mouse CD8: shares", [component.share], golden[f"V(G{at})/Vp"][:1], atol=1e-4)
    check_golden("reml service, mouse CD8: sum", [report.h2, report.h2_se], golden["Sum of V(G)/Vp"], atol=1e-4)
    check_golden("reml service, mouse CD8: log-likelihood", report.log_likelihood, golden["logL"], atol=1e-3)
    assert [component.name for component in report.components] == [str(number) for number in range(1, 20)]


def test_estimate_reml__is_the_estimate_of_the_arrays_in_the_files(cohort: Cohort) -> None:
    change_cells(cohort.traits, "height", {"i3": "NA", "i50": "-9"})
    trait = cohort.trait.copy()
    trait[[3, 50]] = np.nan
    (kinship,) = matrices(cohort, np.ones((N_SNPS, 1), np.bool_))
    asked = reml.RemlRequest(tested=None)
    expected = reml.estimate_reml(trait, [kinship], covariates=cohort.age[:, None], names=["whole"], request=asked)
    people = cohort.people(covariates=cohort.covariates, covariate_names=("age",))
    report = estimate_reml(cohort.reml(people=people, is_tested=True))
    (whole,) = report.components
    assert (report.h2, report.h2_se) == pytest.approx((expected.h2, expected.h2_se), rel=1e-9)
    assert report.log_likelihood == pytest.approx(expected.log_likelihood, rel=1e-12)
    assert (whole.lrt, whole.lrt_neg_log10_p) == pytest.approx(
        (expected.tests[0].statistic, expected.tests[0].neg_log10_p), rel=1e-9
    )
    assert (report.n_people, report.sample_counts["n_without_trait"], report.is_converged) == (118, 2, True)
    assert (whole.kinship.grm_kind, whole.kinship.minimum_maf, report.share_scale) == ("gcta", 0.01, "plain")
    assert whole.kinship.n_snps == kinship.n_snps
    assert whole.share_of_snps == 1.0


def test_estimate_reml__by_chromosome(cohort: Cohort) -> None:
    parts = matrices(cohort, of_chromosomes(cohort))
    expected = reml.estimate_reml(cohort.trait, parts)
    report = estimate_reml(cohort.reml(parts="chromosome"))
    assert [component.name for component in report.components] == ["1", "2", "3"]
    assert [component.share for component in report.components] == pytest.approx(
        [component.share for component in expected.components], rel=1e-8
    )
    assert report.h2 == pytest.approx(sum(component.share for component in report.components))
    assert sum(component.share_of_snps or 0.0 for component in report.components) == pytest.approx(1.0)
    write_genotypes(cohort.bed, cohort.dosages, ("0",) * 50 + cohort.chromosomes[50:])
    fewer = estimate_reml(cohort.reml(parts="chromosome"))
    assert ([component.name for component in fewer.components], fewer.n_without_part) == (["2", "3"], 50)


def test_estimate_reml__by_annotation_has_a_part_of_all_others(cohort: Cohort) -> None:
    marks, genes = cohort.folder / "marks.bed", cohort.folder / "genes.bed"
    marks.write_text("chr1\t0\t60000000\n")
    genes.write_text("chr2\t0\t60000000\nchr1\t999999\t2000000\n")
    report = estimate_reml(cohort.reml(parts="annotation", annotations=(marks, genes)))
    assert [component.name for component in report.components] == ["marks", "genes", "other"]
    assert report.notes == ("2 SNPs lie in several parts and count in each.",)
    genes.write_text("chr2\t0\t60000000\n")
    alone = estimate_reml(cohort.reml(parts="annotation", annotations=(marks, genes)))
    chromosomes = estimate_reml(cohort.reml(parts="chromosome"))
    assert [component.share for component in alone.components] == pytest.approx(
        [component.share for component in chromosomes.components], rel=1e-9
    )


def test_estimate_reml__centred_matrices_give_the_pve_of_the_scan(cohort: Cohort) -> None:
    from services.mixed_models import scan_genotypes

    report = estimate_reml(cohort.reml(grm_kind="centred", maximum_missing=0.05))
    scanned = scan_genotypes(cohort.scan())
    assert scanned.null is not None
    assert report.share_scale == "trace"
    assert report.h2 == pytest.approx(scanned.null.pve, abs=1e-5)


def test_estimate_reml__two_traits(cohort: Cohort) -> None:
    change_cells(cohort.traits, "weight", {"i1": "NA"})
    second = cohort.second.copy()
    second[1] = np.nan
    (kinship,) = matrices(cohort, np.ones((N_SNPS, 1), np.bool_))
    asked = reml.BivariateRequest(is_rg_tested=True)
    expected = reml.estimate_bivariate_reml(np.column_stack((cohort.trait, second)), kinship, request=asked)
    report = estimate_reml(cohort.reml("height", "weight", is_tested=True))
    found = report.correlation
    assert found is not None
    assert (found.rg, found.rg_se) == pytest.approx(
        (expected.genetic_correlation, expected.genetic_correlation_se), rel=1e-8
    )
    assert found.genetic_covariance == pytest.approx(tuple(expected.genetic_covariance[[0, 0, 1], [0, 1, 1]]), rel=1e-8)
    assert (found.n_first, found.n_second, found.n_both, report.n_people) == (120, 119, 119, 120)
    assert found.lrt is not None
    assert (report.h2, report.components) == (None, ())
    assert report.kinship is not None


def test_estimate_reml__prevalence_in_the_population_is_enough(cohort: Cohort) -> None:
    coded = {f"i{row}": str(int(cohort.cases[row]) + 1) for row in range(N_PEOPLE)}
    change_cells(cohort.traits, "asthma", {**coded, "i0": "0"})
    report = estimate_reml(cohort.reml("asthma", population_prevalence=0.1))
    share = (cohort.cases.sum() - cohort.cases[0]) / 119
    assert (report.sample_prevalence, report.n_people) == (pytest.approx(share), 119)
    assert report.h2 is not None
    assert report.h2_liability == pytest.approx(report.h2 * reml.liability_factor(share, 0.1))
    given = estimate_reml(cohort.reml("asthma", population_prevalence=0.1, sample_prevalence=0.3))
    assert given.h2_liability == pytest.approx(report.h2 * reml.liability_factor(0.3, 0.1))


def test_estimate_reml__failure_to_converge_is_a_result_with_a_reason(cohort: Cohort) -> None:
    report = estimate_reml(cohort.reml(parts="chromosome", max_iterations=1))
    assert (report.is_converged, report.reason) == (False, "too_many_iterations")
    assert "not_converged" in report.flags


def test_estimate_reml__writes_what_it_found(cohort: Cohort) -> None:
    marks = cohort.folder / "marks.bed"
    marks.write_text("chr1\t0\t60000000\n")
    request = cohort.reml(parts="annotation", annotations=(marks,), out=cohort.folder / "height")
    report = estimate_reml(request)
    described = json.loads(Path(report.files[0]).read_text())
    assert Path(report.files[0]).name == "height.reml.run.json"
    assert {"marks.bed", "cohort.bed", "traits.txt"} < {row["file"] for row in described["inputs"]}
    assert described["results"]["components"][0]["name"] == "marks"
    assert described["results"]["h2"] == report.h2
    assert estimate_reml(dataclasses.replace(request, out=None)).files == ()


def test_estimate_reml__without_snps_is_refused(cohort: Cohort) -> None:
    write_genotypes(cohort.bed, cohort.dosages, ("0",) * N_SNPS)
    with pytest.raises(MatchError, match="SNPs to make a kinship of; seen: none of 150"):
        estimate_reml(cohort.reml(parts="chromosome"))
