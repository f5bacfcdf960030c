"""A scan beside a whole-genome ridge: against REGENIE, against the models on arrays, and against itself."""

import dataclasses
import gzip
import hashlib
import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from loaders.dosages import DosageFile
from loaders.loco_files import read_loco
from models.association.chromosome_ranges import ChromosomeRange
from models.association.errors import TraitError
from models.association.logistic_score import scan_cases
from models.association.regenie_step2 import scan_quantitative
from models.association.ridge import fit_ridge
from models.association.ridge_cases import fit_case_ridge
from models.association.ridge_options import RidgeOptions
from models.genotype_blocks import array_reader
from services.mixed_models import MatchError, PeopleRequest, RidgeChoices, ScanRequest, scan_genotypes, scan_traits
from tests.goldens import check_golden
from tests.models.association.mouse import MOUSE, needs_mouse
from tests.models.association.regenie_example import EXAMPLE, golden, needs_example
from tests.services.mixed_models.cohort import (
    FLAT,
    GAPPY,
    N_PEOPLE,
    N_SNPS,
    Cohort,
    change_cells,
    drop_people,
    write_genotypes,
)

IN_RIDGE = np.array([row for row in range(N_SNPS) if row not in {FLAT, GAPPY}])
OF_RIDGE = (ChromosomeRange("1", 0, 48), ChromosomeRange("2", 48, 98), ChromosomeRange("3", 98, 148))
TESTED = (ChromosomeRange("1", 0, 50), ChromosomeRange("2", 50, 100), ChromosomeRange("3", 100, 150))
SMALL = RidgeChoices(block_snps=20)


def table_of(request: ScanRequest, folder: Path) -> pl.DataFrame:
    report = scan_genotypes(dataclasses.replace(request, out=folder / "out"))
    return pl.read_parquet(report.files[0])


def example(trait: str, **more: object) -> ScanRequest:
    people = PeopleRequest(
        genotypes=EXAMPLE / "example.bed",
        phenotypes=EXAMPLE / ("phenotype_bin.txt" if more.get("method") == "ridge-firth" else "phenotype.txt"),
        traits=(trait,),
        covariates=EXAMPLE / "covariates.txt",
        remove=EXAMPLE / "fid_iid_to_remove.txt",
    )
    return ScanRequest(people=people, **{"method": "ridge", **more})  # type: ignore[arg-type]


@needs_example
@pytest.mark.parametrize("trait", [1, 2])
def test_scan_genotypes__with_regenies_predictions_is_its_second_step(tmp_path: Path, trait: int) -> None:
    loco = EXAMPLE / "ref" / f"fit_qt_{trait}.loco"
    request = example(f"Y{trait}", ridge=RidgeChoices(predictions=loco))
    table, expected = table_of(request, tmp_path), golden(f"test_qt_Y{trait}")
    assert table["rsid"].to_list() == expected["ID"].cast(pl.String).to_list()
    check_golden("gwas service, REGENIE step 2 QT, -log10 p", table["neg_log10_p_score"], expected["LOG10P"], atol=1e-4)
    check_golden("gwas service, REGENIE step 2 QT, beta", table["beta"], expected["BETA"], atol=1e-6)
    assert table["n"].to_list() == expected["N"].to_list()
    described = json.loads((tmp_path / "out.gwas.run.json").read_text())
    assert described["results"]["ridge"]["source"] == loco.name
    read = {row["file"]: row["sha256"] for row in described["inputs"]}
    assert read[loco.name] == hashlib.sha256(loco.read_bytes()).hexdigest()


@needs_example
def test_scan_genotypes__of_cases_with_predictions_of_nothing_is_regenies_firth(tmp_path: Path) -> None:
    """All SNPs lie on chromosome 1; REGENIE's prediction without it is 0."""
    loco = EXAMPLE / "ref" / "fit_qt_1.loco"
    request = example("Y1", method="ridge-firth", ridge=RidgeChoices(predictions=loco))
    table, expected = table_of(request, tmp_path), golden("test_bin_firth_Y1")
    check_golden("gwas service, REGENIE step 2 BT, -log10 p", table["neg_log10_p_firth"], expected["LOG10P"], atol=1e-4)


def test_scan_genotypes__ridge_is_both_steps_on_the_arrays_in_the_files(cohort: Cohort) -> None:
    of_ridge = array_reader(cohort.dosages[IN_RIDGE])
    age, y = cohort.age[:, None], cohort.trait[:, None]
    fit = fit_ridge(of_ridge, OF_RIDGE, y, age, options=RidgeOptions(block_snps=20))
    (expected,) = scan_quantitative(array_reader(cohort.dosages), TESTED, y, age, predictions=fit.predictions)
    people = cohort.people(covariates=cohort.covariates, covariate_names=("age",))
    request = cohort.scan(people=people, method="ridge", ridge=SMALL)
    report, table = scan_genotypes(request), table_of(request, cohort.folder)
    tested = expected.reason == 0
    for name, column in (("beta", "beta"), ("se", "se"), ("neg_log10_p", "neg_log10_p_score")):
        np.testing.assert_allclose(table[column], getattr(expected, name)[tested], rtol=1e-6, err_msg=name)
    ridge = report.ridge
    assert ridge is not None
    assert (ridge.n_snps, ridge.n_blocks, ridge.n_left_out["below_bars"], ridge.source) == (148, 9, 2, "computed")
    assert ridge.level1_heritability == fit.level1_heritability[0]
    rest = cohort.trait - np.polyval(np.polyfit(cohort.age, cohort.trait, 1), cohort.age)
    scaled = rest / np.sqrt(rest @ rest / (N_PEOPLE - 2))
    left = scaled - fit.whole[0]
    assert ridge.explained == pytest.approx(1.0 - (left @ left) / (scaled @ scaled), rel=1e-6)
    assert (report.kinship, report.null, report.judged_by) == (None, None, "score")
    assert sum(report.n_dropped.values()) + report.n_tested == N_SNPS


def test_scan_genotypes__ridge_of_cases_is_both_steps_on_the_arrays(cohort: Cohort) -> None:
    of_ridge = array_reader(cohort.dosages[IN_RIDGE])
    fit = fit_case_ridge(of_ridge, OF_RIDGE, cohort.cases, options=RidgeOptions(block_snps=20))
    expected = scan_cases(array_reader(cohort.dosages), TESTED, cohort.cases, predictions=fit.predictions)
    request = cohort.scan(people=cohort.people("asthma"), method="ridge-firth", ridge=SMALL)
    report, table = scan_genotypes(request), table_of(request, cohort.folder)
    np.testing.assert_allclose(
        table["neg_log10_p_firth"], expected.neg_log10_p[expected.reason == 0], rtol=1e-5, atol=1e-7
    )
    assert (report.n_cases, report.n_controls) == (48, 72)
    assert report.ridge is not None
    assert report.ridge.explained == pytest.approx(1.0 - fit.mean_deviance.min() / fit.null_deviance)


@pytest.mark.parametrize(("trait", "method"), [("height", "ridge"), ("asthma", "ridge-firth")])
def test_scan_genotypes__predictions_written_and_read_give_the_same_p(cohort: Cohort, trait: str, method: str) -> None:
    change_cells(cohort.traits, trait, {"i7": "NA"})
    ridge, out = dataclasses.replace(SMALL, is_written=True), cohort.folder / "first"
    report = scan_genotypes(cohort.scan(people=cohort.people(trait), method=method, ridge=ridge, out=out))
    first = pl.read_parquet(report.files[0])
    loco, listed = cohort.folder / "first.loco", cohort.folder / "first_pred.list"
    assert report.files[1:3] == (str(loco), str(listed))
    described = json.loads(Path(report.files[3]).read_text())
    assert min(described["step_1_seconds"], described["step_2_seconds"]) > 0.0
    assert not any("seconds" in name for name in described["results"]["ridge"])
    assert described["predictions"] == {"file": loco.name, "sha256": hashlib.sha256(loco.read_bytes()).hexdigest()}
    file = read_loco(loco)
    assert file.chromosomes == (*map(str, range(1, 23)), "X")
    assert len(file.people) == N_PEOPLE - 1
    np.testing.assert_array_equal(file.values[3], file.values[-1])  # chromosomes without SNPs: nothing is left out
    assert np.std(file.values[3]) > np.std(file.values[:3], axis=1).mean() > 0.0
    for given in (loco, listed):
        again = cohort.scan(people=cohort.people(trait), method=method, ridge=RidgeChoices(predictions=given))
        second = table_of(again, cohort.folder)
        column = first.columns[10]
        np.testing.assert_allclose(second[column], first[column], rtol=1e-6, atol=1e-7)


def test_scan_genotypes__people_without_a_prediction_are_left_out_and_counted(cohort: Cohort) -> None:
    request = cohort.scan(method="ridge", ridge=dataclasses.replace(SMALL, is_written=True), out=cohort.folder / "all")
    scan_genotypes(request)
    loco = cohort.folder / "all.loco"
    rows = [line.split(" ") for line in loco.read_text().splitlines()]
    for row in rows[1:]:
        row[5] = "NA"
    loco.write_text("".join(" ".join(row[:-2]) + "\n" for row in rows))
    drop_people(cohort.traits, "i0")
    report = scan_genotypes(cohort.scan(method="ridge", ridge=RidgeChoices(predictions=loco)))
    assert report.n_people == 116
    assert (report.sample_counts["n_without_trait_row"], report.sample_counts["n_without_prediction"]) == (1, 3)
    assert report.sample_counts["n_matched"] == 116


def test_scan_genotypes__predictions_of_the_wrong_kind_are_refused(cohort: Cohort) -> None:
    both = cohort.scan(people=cohort.people("height", "weight"), method="ridge", out=cohort.folder / "both")
    scan_traits(dataclasses.replace(both, ridge=dataclasses.replace(SMALL, is_written=True)))

    def scan(path: Path, trait: str = "height") -> object:
        return scan_genotypes(
            cohort.scan(people=cohort.people(trait), method="ridge", ridge=RidgeChoices(predictions=path))
        )

    weight, listed = cohort.folder / "both.weight.loco", cohort.folder / "both_pred.list"
    with pytest.raises(MatchError, match=r"that is tested, height; seen: those of weight, says both_pred.list"):
        scan(weight)
    with pytest.raises(MatchError, match=r"must name the trait asthma; seen: height, weight; in .*both_pred.list"):
        scan(listed, "asthma")
    with pytest.raises(MatchError, match=r"list of trait and file a line; seen: one .loco file for height, weight"):
        scan_traits(dataclasses.replace(both, ridge=RidgeChoices(predictions=weight)))
    text = weight.read_text()
    other = cohort.folder / "other.loco"
    other.write_text(text.replace("f", "g"))
    with pytest.raises(MatchError, match=r"none of 120; g0_i0 there, f0_i0 here; .*FID_IID"):
        scan(other)
    other.write_text("".join(line + "\n" for line in text.splitlines() if not line.startswith("2 ")))
    with pytest.raises(MatchError, match=r"none that leave out 2 \(50 SNPs on 2\).*other.loco; make them again"):
        scan(other)


def test_scan_genotypes__predictions_that_go_against_the_trait_are_said(cohort: Cohort) -> None:
    request = cohort.scan(method="ridge", ridge=dataclasses.replace(SMALL, is_written=True), out=cohort.folder / "up")
    assert scan_genotypes(request).notes == ()
    people = cohort.people()
    table = pl.read_csv(cohort.traits, separator="\t").with_columns(-pl.col("height"))
    table.write_csv(cohort.traits, separator="\t")
    loco = RidgeChoices(predictions=cohort.folder / "up.loco")
    report = scan_genotypes(cohort.scan(people=people, method="ridge", ridge=loco))
    assert report.ridge is not None
    assert report.ridge.correlation is not None
    assert report.ridge.correlation < -0.3
    assert report.notes[0].startswith("The predictions do not go with the trait")


def test_scan_genotypes__predictions_of_a_trait_of_two_words_are_found_again(cohort: Cohort) -> None:
    table = pl.read_csv(cohort.traits, separator="\t").rename({"height": "standing height"})
    table.write_csv(cohort.traits, separator="\t")
    people = cohort.people("standing height", "weight")
    ridge = dataclasses.replace(SMALL, is_written=True)
    scan_traits(cohort.scan(people=people, method="ridge", ridge=ridge, out=cohort.folder / "out"))
    listed = RidgeChoices(predictions=cohort.folder / "out_pred.list")
    first, _ = scan_traits(cohort.scan(people=people, method="ridge", ridge=listed))
    assert first.ridge is not None
    assert first.ridge.source == "out.standing_height.loco"


def test_scan_genotypes__snps_of_the_ridge_can_be_listed(cohort: Cohort) -> None:
    listed = cohort.folder / "snps.txt"
    listed.write_text("".join(f"rs{row}\n" for row in range(40, 120)) + "rs999\n")
    report = scan_genotypes(cohort.scan(method="ridge", ridge=dataclasses.replace(SMALL, snps=listed)))
    assert report.ridge is not None
    assert (report.ridge.n_snps, report.ridge.n_left_out["not_listed"]) == (80, 70)
    assert report.notes == ("1 SNPs of snps.txt are not in the genotypes.",)
    assert report.n_tested == 149
    listed.write_text("rs1\nrs2\n")
    with pytest.raises(MatchError, match=r"two or more; seen: 2 of 150 SNPs, on 1 chromosomes.*snps.txt"):
        scan_genotypes(cohort.scan(method="ridge", ridge=dataclasses.replace(SMALL, snps=listed)))


def test_scan_genotypes__flat_snps_are_counted_and_never_end_a_ridge(cohort: Cohort) -> None:
    cohort.dosages[60:70] = 1.0
    write_genotypes(cohort.bed, cohort.dosages, cohort.chromosomes)
    report = scan_genotypes(cohort.scan(method="ridge", ridge=SMALL))
    assert report.ridge is not None
    assert report.ridge.n_left_out["below_bars"] == 12
    assert report.n_dropped["few_minor_alleles"] == 11


def test_scan_genotypes__a_snp_that_is_a_covariate_is_counted_and_never_ends_a_ridge(cohort: Cohort) -> None:
    cohort.dosages[10] = np.nan_to_num(cohort.dosages[10])
    write_genotypes(cohort.bed, cohort.dosages, cohort.chromosomes)
    table = pl.read_csv(cohort.covariates, separator="\t")
    of_person = {f"i{row}": float(value) for row, value in enumerate(cohort.dosages[10])}
    table.with_columns(rs10=pl.col("IID").replace_strict(of_person)).write_csv(cohort.covariates, separator="\t")
    people = cohort.people(covariates=cohort.covariates, covariate_names=("rs10",))
    report = scan_genotypes(cohort.scan(people=people, method="ridge", ridge=SMALL))
    assert report.ridge is not None
    assert (report.ridge.n_left_out["flat"], report.ridge.n_snps) == (1, 147)
    assert report.n_dropped["sum_of_covariates"] == 1


def test_scan_genotypes__ridge_is_blind_to_orders_alleles_and_units(cohort: Cohort) -> None:
    request = cohort.scan(method="ridge", ridge=RidgeChoices(block_snps=50))
    expected = table_of(request, cohort.folder)
    traits = pl.read_csv(cohort.traits, separator="\t")
    traits.sample(fraction=1.0, shuffle=True, seed=3).with_columns(pl.col("height") * 10.0 + 4.0).write_csv(
        cohort.traits, separator="\t"
    )
    write_genotypes(cohort.bed, 2.0 - cohort.dosages, cohort.chromosomes)
    found = table_of(request, cohort.folder)
    np.testing.assert_allclose(found["beta"], -10.0 * expected["beta"], rtol=2e-4, atol=1e-4)
    np.testing.assert_allclose(found["neg_log10_p_score"], expected["neg_log10_p_score"], atol=1e-4)


def test_scan_genotypes__ridge_reads_blocks_of_bounded_size(cohort: Cohort, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    plain = DosageFile.block_reader

    def counting(self: DosageFile, *words: object) -> object:
        read = plain(self, *words)  # type: ignore[arg-type]
        return lambda first, last: (sizes.append(last - first), read(first, last))[1]

    monkeypatch.setattr(DosageFile, "block_reader", counting)
    monkeypatch.setattr("models.genotype_blocks.VALUES_AT_A_TIME", 30 * N_PEOPLE)
    scan_genotypes(cohort.scan(method="ridge", ridge=SMALL))
    assert max(sizes) <= 30
    assert sum(sizes) == N_SNPS + 148 + N_SNPS  # frequencies, the ridge and the scan, each SNP once


def test_scan_genotypes__ridge_of_cases_needs_cases_before_it_starts(cohort: Cohort) -> None:
    change_cells(cohort.traits, "asthma", {f"i{row}": "0" for row in range(15, N_PEOPLE)})
    told: list[str] = []
    with pytest.raises(TraitError, match="at least 10 of each are needed"):
        scan_genotypes(
            cohort.scan(people=cohort.people("asthma"), method="ridge-firth"),
            on_progress=lambda *now: told.append(now[2]),
        )
    assert told == []


@pytest.mark.slow
@needs_mouse
def test_scan_genotypes__of_mice_by_a_ridge_lies_near_regenie(tmp_path: Path) -> None:
    """Both steps on CD8 of 1,410 mice; the ridge of the 9,100 SNPs that REGENIE used (--bsize 500)."""
    listed = tmp_path / "snps.txt"
    listed.write_bytes(gzip.decompress((MOUSE / "ref" / "k01.snplist.gz").read_bytes()))
    people = PeopleRequest(
        genotypes=MOUSE / "mouse_hs1940.bed", phenotypes=MOUSE / "mouse_hs1940.fam", traits=("trait_1",)
    )
    ridge = RidgeChoices(block_snps=500, snps=listed)
    request = ScanRequest(people=people, method="ridge", ridge=ridge, minimum_maf=0.0, maximum_missing=1.0)
    table = table_of(request, tmp_path)
    expected = pl.read_csv(MOUSE / "ref" / "regenie_CD8.tsv.gz", separator=" ", null_values="NA")
    both = table.join(expected, left_on="rsid", right_on="ID", maintain_order="left")
    assert both.height > 9_000
    check_golden("gwas service, REGENIE both steps, mouse CD8", both["neg_log10_p_score"], both["LOG10P"], atol=1e-3)
