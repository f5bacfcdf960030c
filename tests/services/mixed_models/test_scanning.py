"""A scan from files to a table: against the mathematics on arrays, against GEMMA, and against itself."""

import dataclasses
import hashlib
import json
import math
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from models.association.exact_scan import scan
from models.association.loco import scan_loco
from models.association.spectral import decompose
from models.genotype_blocks import array_reader
from models.kinship import KinshipError, estimate_kinship, estimate_kinships, leave_out, split_by
from services.mixed_models import MatchError, PeopleRequest, RequestError, ScanRequest, scan_genotypes
from tests.goldens import check_golden
from tests.paths import DATA
from tests.services.mixed_models.cohort import (
    FLAT,
    GAPPY,
    N_PEOPLE,
    N_SNPS,
    PLANTED,
    Cohort,
    change_cells,
    drop_people,
    write_genotypes,
)

MOUSE = DATA / "lmm" / "mouse_hs1940"
EXAMPLE = DATA / "lmm" / "regenie_example"
PASSES = np.array([row not in {FLAT, GAPPY} for row in range(N_SNPS)])
needs_mouse = pytest.mark.skipif(not MOUSE.is_dir(), reason="the shared mouse data are not here")


def table_of(cohort: Cohort, request: ScanRequest) -> pl.DataFrame:
    """The table that a scan writes."""
    report = scan_genotypes(dataclasses.replace(request, out=cohort.folder / "out"))
    return pl.read_parquet(report.files[0])


@pytest.mark.slow
@needs_mouse
def test_scan_genotypes__mouse_cd8_is_gemmas_at_every_snp(tmp_path: Path) -> None:
    people = PeopleRequest(
        genotypes=MOUSE / "mouse_hs1940.bed", phenotypes=MOUSE / "mouse_hs1940.fam", traits=("trait_1",)
    )
    report = scan_genotypes(ScanRequest(people=people, out=tmp_path / "cd8"))
    null = report.null
    assert null is not None
    assert (report.n_people, report.n_tested, report.sample_counts["n_without_trait"]) == (1410, 10_768, 530)
    check_golden("gwas service, mouse CD8: PVE", null.pve, 0.609672, atol=1e-6)
    check_golden("gwas service, mouse CD8: error of PVE", null.pve_se, 0.0327788, atol=1e-6)
    check_golden(
        "gwas service, mouse CD8: log-likelihoods", [null.logl_reml, null.logl_ml], [-1584.07, -1584.45], atol=0.005
    )
    golden = pl.read_csv(MOUSE / "ref" / "gemma_CD8_lmm4.assoc.txt.gz", separator="\t")
    table = pl.read_parquet(report.files[0])
    assert table["rsid"].to_list() == golden["rs"].to_list()
    assert table["effect_allele"].to_list() == golden["allele1"].to_list()
    for test in ("wald", "lrt", "score"):
        name = f"gwas service, mouse CD8: -log10 p, {test}"
        check_golden(name, table[f"neg_log10_p_{test}"], -np.log10(golden[f"p_{test}"].to_numpy()), atol=1e-4)
    check_golden("gwas service, mouse CD8: effects", table["beta"], golden["beta"], atol=2e-6)
    assert report.hits[0].rsid == golden.sort("p_wald")["rs"][0]


def test_scan_genotypes__is_the_scan_of_the_arrays_in_the_files(cohort: Cohort) -> None:
    reader = array_reader(cohort.dosages)
    kinship = estimate_kinship(reader, N_SNPS, N_PEOPLE, is_used=PASSES)
    expected = scan(reader, N_SNPS, decompose(kinship.matrix), cohort.trait, cohort.age[:, None])
    request = cohort.scan(people=cohort.people(covariates=cohort.covariates, covariate_names=("age",)))
    report = scan_genotypes(request)
    table = table_of(cohort, request)
    assert table["rsid"].to_list() == [f"rs{row}" for row in np.flatnonzero(PASSES)]
    for name in ("beta", "se", "z", "neg_log10_p_wald", "neg_log10_p_lrt", "neg_log10_p_score", "logl_h1"):
        np.testing.assert_allclose(table[name], getattr(expected, name)[PASSES], rtol=1e-9, atol=1e-12, err_msg=name)
    assert report.lambda_gc["wald"] == pytest.approx(expected.lambda_gc())
    assert report.n_dropped["monomorphic"] == report.n_dropped["missingness"] == 1
    assert sum(report.n_dropped.values()) + report.n_tested == report.n_snps == N_SNPS
    assert report.kinship is not None
    assert (report.kinship.grm_kind, report.kinship.n_snps, report.kinship.source) == (
        "centred",
        N_SNPS - 2,
        "computed",
    )
    assert (report.hits[0].rsid, report.hits[0].effect_allele) == (f"rs{PLANTED}", "A")
    assert report.hits[0].beta == pytest.approx(1.2, abs=0.5)
    assert table["n"].to_list() == (~np.isnan(cohort.dosages)).sum(axis=1)[PASSES].tolist()
    np.testing.assert_allclose(table["frequency"], np.nanmean(cohort.dosages, axis=1)[PASSES] / 2, atol=1e-7)


def test_scan_genotypes__counts_every_loss_and_tests_who_is_left(cohort: Cohort) -> None:
    drop_people(cohort.traits, "i0", "i1")
    change_cells(cohort.traits, "height", {"i2": "NA", "i3": "-9", "i4": "-9"})
    drop_people(cohort.covariates, "i5")
    change_cells(cohort.covariates, "age", {"i6": "NA", "i7": "NA"})
    (cohort.folder / "remove.txt").write_text("f2 i8\n")
    people = cohort.people(covariates=cohort.covariates, covariate_names=("age",), remove=cohort.folder / "remove.txt")
    report = scan_genotypes(cohort.scan(people=people))
    lost = {name: number for name, number in report.sample_counts.items() if number}
    assert lost == {
        "n_genotyped": 120,
        "n_in_remove_list": 1,
        "n_without_trait_row": 2,
        "n_without_trait": 3,
        "n_without_covariate_row": 1,
        "n_without_covariate": 2,
        "n_matched": 111,
    }
    assert report.n_people == 111
    assert report.notes == ("2 values of -9 were read as unknown: give another missing code if not.",)


def test_scan_genotypes__loco_is_the_scan_with_each_chromosome_left_out(cohort: Cohort) -> None:
    reader = array_reader(cohort.dosages)
    names, membership = split_by(cohort.chromosomes)
    parts = dict(
        zip(names, estimate_kinships(reader, N_SNPS, N_PEOPLE, membership=membership & PASSES[:, None]), strict=True)
    )
    whole = estimate_kinship(reader, N_SNPS, N_PEOPLE, is_used=PASSES)
    expected = scan_loco(reader, cohort.chromosomes, lambda name: leave_out(whole, parts[name]).matrix, cohort.trait)
    request = cohort.scan(is_loco=True)
    report = scan_genotypes(request)
    np.testing.assert_allclose(
        table_of(cohort, request)["neg_log10_p_wald"], expected.scan.neg_log10_p_wald[PASSES], atol=1e-5
    )
    assert dict(report.chromosome_pve) == pytest.approx(
        {name: null.pve for name, null in expected.nulls.items()}, abs=1e-5
    )
    plain = scan_genotypes(cohort.scan())
    assert plain.null is not None
    assert report.null is not None
    assert report.null.pve == pytest.approx(plain.null.pve, abs=1e-5)


@pytest.mark.parametrize("kind", ["standardised", "gcta"])
def test_scan_genotypes__kinds_of_kinship_with_and_without_chromosomes_left_out(cohort: Cohort, kind: str) -> None:
    plain, loco = (scan_genotypes(cohort.scan(grm_kind=kind, is_loco=is_loco)) for is_loco in (False, True))
    assert plain.kinship == loco.kinship
    assert plain.kinship is not None
    assert plain.kinship.grm_kind == kind
    assert plain.null is not None
    assert loco.null is not None
    assert loco.null.pve == pytest.approx(plain.null.pve, abs=1e-5)
    assert loco.null.trace == pytest.approx(plain.null.trace, rel=1e-5)


def test_scan_genotypes__float64_agrees_with_float32(cohort: Cohort) -> None:
    single, double = (table_of(cohort, cohort.scan(is_double=is_double)) for is_double in (False, True))
    np.testing.assert_allclose(single["neg_log10_p_wald"], double["neg_log10_p_wald"], atol=1e-4)
    assert single["neg_log10_p_wald"].to_list() != double["neg_log10_p_wald"].to_list()


def test_scan_genotypes__order_of_snps_and_chromosomes_is_of_no_account(cohort: Cohort) -> None:
    expected = table_of(cohort, cohort.scan(is_loco=True)).sort("beta")
    order = np.random.default_rng(1).permutation(N_SNPS)
    write_genotypes(cohort.bed, cohort.dosages[order], tuple(cohort.chromosomes[row] for row in order))
    shuffled = table_of(cohort, cohort.scan(is_loco=True)).sort("beta")
    np.testing.assert_allclose(shuffled["neg_log10_p_lrt"], expected["neg_log10_p_lrt"], atol=1e-6)
    assert shuffled["chromosome"].to_list() == expected["chromosome"].to_list()


def test_scan_genotypes__a_chromosome_without_snps_in_the_kinship_has_the_whole_one(cohort: Cohort) -> None:
    cohort.dosages[:49] = 1.0
    cohort.dosages[49] = np.where(np.arange(N_PEOPLE) < N_PEOPLE // 10, np.nan, cohort.dosages[49])
    write_genotypes(cohort.bed, cohort.dosages, cohort.chromosomes)
    report = scan_genotypes(cohort.scan(is_loco=True))
    assert report.null is not None
    assert set(report.chromosome_pve) == {"1", "2", "3"}
    assert report.chromosome_pve["1"] == pytest.approx(report.null.pve, abs=1e-5)
    assert report.n_tested == 100


def test_scan_genotypes__snps_without_chromosome_are_left_out_where_it_is_needed(cohort: Cohort) -> None:
    chromosomes = ("0",) * 50 + cohort.chromosomes[50:]
    write_genotypes(cohort.bed, cohort.dosages, chromosomes)
    assert scan_genotypes(cohort.scan(method="ols")).n_tested == N_SNPS - 2
    report = scan_genotypes(cohort.scan(is_loco=True))
    assert (report.n_dropped["without_chromosome"], report.n_tested) == (50, 100)
    assert set(report.chromosome_pve) == {"2", "3"}


@pytest.mark.parametrize(
    ("method", "tests"),
    [("exact", ("wald", "lrt", "score")), ("p3d", ("wald", "score")), ("ols", ("wald",)), ("firth", ("firth",))],
)
def test_scan_genotypes__each_method_has_its_columns(cohort: Cohort, method: str, tests: tuple[str, ...]) -> None:
    people = cohort.people("asthma" if method == "firth" else "height")
    request = cohort.scan(people=people, method=method)
    report, table = scan_genotypes(request), table_of(cohort, request)
    assert tuple(report.lambda_gc) == tests
    assert [name for name in table.columns if name.startswith("neg_log10_p")] == [f"neg_log10_p_{t}" for t in tests]
    assert (report.null is not None) == (report.kinship is not None) == (method in {"exact", "p3d"})
    assert report.hits[0].rsid == f"rs{PLANTED}"
    assert table.height == report.n_tested >= N_SNPS - 2
    assert table.select(pl.col("beta", "se", f"neg_log10_p_{tests[0]}").is_finite().all()).row(0) == (True,) * 3


def test_scan_genotypes__firth_counts_cases_and_unknown_outcomes(cohort: Cohort) -> None:
    expected = scan_genotypes(cohort.scan(people=cohort.people("asthma"), method="firth"))
    assert (expected.n_cases, expected.n_controls) == (48, 72)
    coded = {f"i{row}": str(int(cohort.cases[row]) + 1) for row in range(N_PEOPLE)}
    change_cells(cohort.traits, "asthma", {**coded, "i0": "0"})
    report = scan_genotypes(cohort.scan(people=cohort.people("asthma"), method="firth"))
    assert (report.n_people, report.sample_counts["n_without_outcome"], report.sample_counts["n_matched"]) == (
        119,
        1,
        119,
    )
    assert (report.n_cases or 0) + (report.n_controls or 0) == 119


@pytest.mark.skipif(not EXAMPLE.is_dir(), reason="the shared example is not here")
def test_scan_genotypes__bed_pgen_and_bgen_agree(tmp_path: Path) -> None:
    found = []
    for ending in ("bed", "pgen", "bgen"):
        people = PeopleRequest(
            genotypes=EXAMPLE / f"example.{ending}", phenotypes=EXAMPLE / "phenotype.txt", traits=("Y1",),
            covariates=EXAMPLE / "covariates.txt",
        )  # fmt: skip
        report = scan_genotypes(ScanRequest(people=people, method="p3d", out=tmp_path / ending))
        found.append(pl.read_parquet(report.files[0])["neg_log10_p_wald"].to_numpy())
    np.testing.assert_allclose(found[1], found[0], atol=1e-5)
    np.testing.assert_allclose(found[2], found[0], atol=1e-3)  # probabilities of 8 bits


def test_scan_genotypes__writes_the_table_and_what_it_was_made_from(cohort: Cohort) -> None:
    report = scan_genotypes(cohort.scan(out=cohort.folder / "deep" / "height"))
    table, about = map(Path, report.files)
    assert (table.name, about.name) == ("height.gwas.parquet", "height.gwas.run.json")
    described = json.loads(about.read_text())
    assert described["table"] == {
        "file": table.name,
        "rows": report.n_tested,
        "sha256": hashlib.sha256(table.read_bytes()).hexdigest(),
    }
    read = {row["file"]: row["sha256"] for row in described["inputs"]}
    assert set(read) == {"cohort.bed", "cohort.bim", "cohort.fam", "traits.txt"}
    assert read["traits.txt"] == hashlib.sha256(cohort.traits.read_bytes()).hexdigest()
    assert described["settings"]["minimum_maf"] == 0.01
    assert described["versions"]["numpy"] == np.__version__
    assert described["results"]["null"]["trace"] == pytest.approx(report.null.trace if report.null else math.nan)
    assert described["results"]["n_dropped"] == dict(report.n_dropped)
    assert str(cohort.folder) not in about.read_text()
    assert sorted(path.name for path in table.parent.iterdir()) == [table.name, about.name]


def test_scan_genotypes__refuses_what_cannot_be_scanned(cohort: Cohort) -> None:
    write_genotypes(cohort.bed, cohort.dosages, ("1",) * N_SNPS)
    with pytest.raises(MatchError, match=r"two or more; seen: all 150 on 1.*whole kinship"):
        scan_genotypes(cohort.scan(is_loco=True))
    write_genotypes(cohort.bed, cohort.dosages, ("0",) * N_SNPS)
    with pytest.raises(MatchError, match="SNPs to test; seen: none of 150 variants"):
        scan_genotypes(cohort.scan(is_loco=True))
    write_genotypes(cohort.bed, np.ones_like(cohort.dosages), cohort.chromosomes)
    with pytest.raises(KinshipError, match=r"no SNP is left .*'monomorphic': 150"):
        scan_genotypes(cohort.scan())
    change_cells(cohort.traits, "height", {"i0": "NA"})
    with pytest.raises(MatchError, match=r"pass the bars; seen: none of 150 .*\(ols\)"):
        scan_genotypes(cohort.scan())


def test_scan_genotypes__refuses_a_place_it_cannot_write_to_before_it_reads(cohort: Cohort) -> None:
    request = cohort.scan(out=cohort.traits / "out")
    cohort.bed.unlink()
    with pytest.raises(RequestError, match="written to a folder"):
        scan_genotypes(request)


def test_scan_genotypes__tells_how_far_it_is_and_reads_no_more_than_it_must(cohort: Cohort) -> None:
    told: list[tuple[int, int, str]] = []
    scan_genotypes(cohort.scan(), on_progress=lambda *now: told.append(now))
    assert [text for _, _, text in told] == ["kinship", "decomposition of the kinship", "scan"]
    assert told[-1] == (N_SNPS, N_SNPS, "scan")
    change_cells(cohort.traits, "height", {"i0": "NA"})
    scan_genotypes(cohort.scan(), on_progress=lambda *now: told.append(now))
    assert [text for _, _, text in told[3:]] == ["frequencies", "kinship", "decomposition of the kinship", "scan"]
