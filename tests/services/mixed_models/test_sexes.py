"""Chromosome X in a scan: against a slow twin, with and without sexes, builds and pseudo-autosomal SNPs."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray
from scipy import stats

from loaders.errors import BuildError
from services.mixed_models import MatchError, ScanRequest, scan_genotypes
from tests.goldens import check_golden
from tests.services.mixed_models.cohort import N_PEOPLE, N_SNPS, Cohort, write_genotypes

MALES = np.arange(N_PEOPLE) % 2 == 0
X_FROM = 100
"""SNPs from here on lie on X; their positions run from 1 Mb in steps of 1 Mb."""


@pytest.fixture
def x_cohort(cohort: Cohort) -> Cohort:
    """Chromosome 3 renamed X, men there with 0 or 2 copies but for three genotypes, sexes in the .fam."""
    men = cohort.dosages[X_FROM:, MALES]
    men[men == 1.0] = 2.0
    cohort.dosages[X_FROM:, MALES] = men
    for row, person in ((X_FROM, 0), (X_FROM + 7, 0), (X_FROM + 7, 2)):
        cohort.dosages[row, person] = 1.0
    chromosomes = (*cohort.chromosomes[:X_FROM], *("23",) * 50)
    write_genotypes(cohort.bed, cohort.dosages, chromosomes)
    write_sexes(cohort.bed.with_suffix(".fam"), MALES)
    return dataclasses.replace(cohort, chromosomes=chromosomes)


def write_sexes(fam: Path, males: NDArray[np.bool_] | None) -> None:
    """Write the fifth column; unknown for all where None."""
    rows = [line.split() for line in fam.read_text().splitlines()]
    for at, row in enumerate(rows):
        row[4] = "0" if males is None else "1" if males[at] else "2"
    fam.write_text("".join(" ".join(row) + "\n" for row in rows))


def table_of(cohort: Cohort, request: ScanRequest) -> pl.DataFrame:
    return pl.read_parquet(scan_genotypes(dataclasses.replace(request, out=cohort.folder / "out")).files[0])


def by_hand(dosages: NDArray[np.float32], y: NDArray[np.float64]) -> tuple[float, float]:
    """Effect and -log10 p of one SNP by least squares, its gaps at its mean."""
    filled = np.where(np.isnan(dosages), np.nanmean(dosages), dosages).astype(np.float64)
    design = np.column_stack((np.ones(y.size), filled))
    effects, rest, _, _ = np.linalg.lstsq(design, y, rcond=None)
    error = np.sqrt(rest[0] / (y.size - 2) * np.linalg.inv(design.T @ design)[1, 1])
    return float(effects[1]), float(-np.log10(2.0 * stats.t.sf(abs(effects[1] / error), y.size - 2)))


def test_scan_genotypes__men_of_x_count_0_or_2_and_their_heterozygous_genotypes_are_missing(x_cohort: Cohort) -> None:
    request = x_cohort.scan(method="ols")
    report, table = scan_genotypes(request), table_of(x_cohort, request)
    coded = x_cohort.dosages.copy()
    for row in range(X_FROM, N_SNPS):
        for person in np.flatnonzero(MALES):
            if coded[row, person] == 1.0:
                coded[row, person] = np.nan
    for rsid, beta, p, n in table.select("rsid", "beta", "neg_log10_p_wald", "n").iter_rows():
        dosages = coded[int(rsid[2:])]
        assert n == np.isfinite(dosages).sum()
        np.testing.assert_allclose((beta, p), by_hand(dosages, x_cohort.trait), rtol=1e-5, atol=1e-6)
    sex = report.sex
    assert sex is not None
    assert (sex.source, sex.n_males, sex.n_females, sex.n_unknown) == ("cohort.fam", 60, 60, 0)
    assert (sex.n_snps, sex.n_pseudo_autosomal) == (50, 0)
    assert (sex.n_heterozygous_snps, sex.n_heterozygous) == (2, 3)
    assert report.notes[-1] == "3 heterozygous genotypes of men at 2 SNPs of X were read as missing."
    assert report.notes[-2].startswith("All of X counts as what men have once: without a genome build")


def test_scan_genotypes__x_is_plink_2s_xchr_model_2(x_cohort: Cohort) -> None:
    """PLINK v2.00a3.5: ``plink2 --bfile cohort --set-hh-missing --make-bed --out hh``, then ``plink2 --bfile hh --pheno
    traits.txt --pheno-name height --glm allow-no-covars no-x-sex --xchr-model 2``; it leaves out who lacks a genotype,
    where we take the mean, so effects and p are compared at SNPs that lack none."""
    golden = pl.read_csv(Path(__file__).with_name("plink2_x.tsv"), separator="\t")
    table = table_of(x_cohort, x_cohort.scan(method="ols", maximum_missing=1.0))
    both = table.join(golden, left_on="rsid", right_on="ID", maintain_order="left")
    assert both.height == golden.height == 50
    assert both["n"].to_list() == both["OBS_CT"].to_list()
    whole = both.filter(pl.col("n") == N_PEOPLE)
    sign = np.where(whole["A1"] == whole["effect_allele"], 1.0, -1.0)
    check_golden("PLINK 2 on X, -log10 p", whole["neg_log10_p_wald"], -np.log10(whole["P"].to_numpy()), atol=1e-5)
    check_golden("PLINK 2 on X, beta", whole["beta"], sign * whole["BETA"].to_numpy(), atol=1e-5)
    assert whole.height == 18


@pytest.mark.parametrize("method", ["exact", "p3d", "firth", "ridge", "ridge-firth"])
def test_scan_genotypes__every_method_reads_x_alike(x_cohort: Cohort, method: str) -> None:
    people = x_cohort.people("asthma" if "firth" in method else "height")
    request = x_cohort.scan(people=people, method=method)
    expected = table_of(x_cohort, request)
    x_cohort.dosages[X_FROM:, MALES] = np.where(
        x_cohort.dosages[X_FROM:, MALES] == 1.0, np.nan, x_cohort.dosages[X_FROM:, MALES]
    )
    write_genotypes(x_cohort.bed, x_cohort.dosages, x_cohort.chromosomes)
    found = table_of(x_cohort, request)
    assert found.drop("n").equals(expected.drop("n"))
    assert found["n"].to_list() == expected["n"].to_list()


def test_scan_genotypes__x_without_sexes_is_read_as_written(x_cohort: Cohort) -> None:
    write_sexes(x_cohort.bed.with_suffix(".fam"), None)
    report = scan_genotypes(x_cohort.scan(method="ols"))
    assert report.sex is not None
    assert (report.sex.source, report.sex.n_heterozygous, report.sex.n_unknown) == (None, 0, N_PEOPLE)
    assert report.notes == (
        "50 SNPs of X were read as they are written, with two copies in everybody: no file says who is male (give "
        "--sex).",
    )
    table = x_cohort.folder / "sexes.txt"
    rows = "".join(f"f{at // 4} i{at} {'M' if MALES[at] else 'F'}\n" for at in range(1, N_PEOPLE))
    table.write_text("FID IID SEX\n" + rows)
    given = scan_genotypes(x_cohort.scan(method="ols", sex=table, out=x_cohort.folder / "out"))
    assert given.sex is not None
    assert (given.sex.source, given.sex.n_males, given.sex.n_unknown) == ("sexes.txt", 59, 1)
    assert given.sex.n_heterozygous == 1  # person 0, with two of the three, is of unknown sex now
    assert "1 people of unknown sex were read on X as women are." in given.notes
    described = json.loads((x_cohort.folder / "out.gwas.run.json").read_text())
    assert "sexes.txt" in {row["file"] for row in described["inputs"]}


def test_scan_genotypes__pseudo_autosomal_snps_are_as_autosomal_ones(x_cohort: Cohort) -> None:
    report = scan_genotypes(x_cohort.scan(method="ols", build="hg19"))
    assert report.sex is not None
    assert (report.sex.n_snps, report.sex.n_pseudo_autosomal) == (48, 2)  # 1 and 2 Mb
    assert report.sex.n_heterozygous == 2
    assert len(report.notes) == 1
    chromosomes = (*x_cohort.chromosomes[:X_FROM], *("25",) * 10, *("23",) * 40)
    write_genotypes(x_cohort.bed, x_cohort.dosages, chromosomes)
    write_sexes(x_cohort.bed.with_suffix(".fam"), MALES)
    report = scan_genotypes(x_cohort.scan(method="ols"))
    assert report.sex is not None
    assert (report.sex.n_snps, report.sex.n_pseudo_autosomal, report.sex.n_heterozygous) == (40, 10, 0)
    assert report.notes[0].startswith("All of X but the SNPs of XY (25) counts as what men have once")


def test_scan_genotypes__kinship_is_that_of_the_autosomes(x_cohort: Cohort) -> None:
    report = scan_genotypes(x_cohort.scan())
    assert report.kinship is not None
    assert report.kinship.n_snps == X_FROM - 2
    assert "The kinship is that of the autosomes: 50 SNPs of X, Y or MT did not enter it." in report.notes
    loco = scan_genotypes(x_cohort.scan(is_loco=True))
    assert loco.kinship == report.kinship
    assert loco.null is not None
    assert loco.chromosome_pve["X"] == pytest.approx(loco.null.pve, abs=1e-5)
    write_genotypes(x_cohort.bed, x_cohort.dosages, ("X",) * N_SNPS)
    alone = scan_genotypes(x_cohort.scan())
    assert alone.kinship is not None
    assert alone.kinship.n_snps > X_FROM
    assert not any("autosomes" in note for note in alone.notes)


def test_scan_genotypes__ridge_is_that_of_the_autosomes(x_cohort: Cohort) -> None:
    report = scan_genotypes(x_cohort.scan(method="ridge"))
    assert report.ridge is not None
    assert (report.ridge.chromosomes, report.ridge.n_left_out["not_autosomal"]) == (("1", "2"), 50)


def test_scan_genotypes__refuses_sexes_it_cannot_use(x_cohort: Cohort) -> None:
    table = x_cohort.folder / "sexes.txt"
    table.write_text("FID IID age\nf0 i0 3\n")
    with pytest.raises(MatchError, match=r"must have a column SEX; seen: none; in .*sexes.txt"):
        scan_genotypes(x_cohort.scan(method="ols", sex=table))
    table.write_text("FID IID SEX\ng0 j0 1\n")
    with pytest.raises(MatchError, match=r"the people of the genotypes; seen: none of 120; in .*sexes.txt"):
        scan_genotypes(x_cohort.scan(method="ols", sex=table))
    with pytest.raises(BuildError, match="hg99"):
        scan_genotypes(x_cohort.scan(method="ols", build="hg99"))
