"""Both steps against REGENIE 4.1.2, on its example and on the mice."""

import numpy as np
import polars as pl
import pytest

from models.association.chromosome_ranges import chromosome_ranges
from models.association.logistic_score import LogisticOptions, scan_cases
from models.association.regenie_step2 import scan_quantitative
from models.association.ridge import fit_ridge
from models.association.ridge_options import RidgeOptions
from tests.goldens import check_golden
from tests.models.association.mouse import MOUSE, mice_with, needs_mouse, variants
from tests.models.association.regenie_example import EXAMPLE, WHOLE, golden, needs_example, read_example


@needs_example
@pytest.mark.parametrize("kind", ["bed", "pgen", "bgen"])
def test_scan_quantitative__is_regenie_step_2_given_its_loco_files(kind: str) -> None:
    example = read_example(kind)
    scans = scan_quantitative(
        example.read_block, WHOLE, example.traits, example.covariates, predictions=example.predictions
    )
    for number, scan in enumerate(scans, start=1):
        expected = golden(f"test_qt_Y{number}")
        check_golden("REGENIE step 2 QT, -log10 p", scan.neg_log10_p, expected["LOG10P"], atol=1e-5)
        check_golden("REGENIE step 2 QT, beta", scan.beta, expected["BETA"], atol=1e-6)
        check_golden("REGENIE step 2 QT, se", scan.se, expected["SE"], atol=1e-6)
        check_golden("REGENIE step 2 QT, frequency", scan.frequency, expected["A1FREQ"], atol=1e-6)
        assert scan.n_seen.tolist() == expected["N"].to_list()


@needs_example
def test_scan_cases__is_regenie_step_2_with_approximate_firth() -> None:
    """All SNPs lie on chromosome 1, so that what leaves it out predicts nothing: the offset is 0."""
    example = read_example(phenotypes="phenotype_bin.txt")
    scan = scan_cases(example.read_block, WHOLE, example.traits[:, 0], example.covariates)
    expected = golden("test_bin_firth_Y1")
    check_golden("REGENIE step 2 BT (Firth, approximate), -log10 p", scan.neg_log10_p, expected["LOG10P"], atol=1e-5)
    check_golden("REGENIE step 2 BT (Firth, approximate), beta", scan.beta, expected["BETA"], atol=1e-4)
    check_golden("REGENIE step 2 BT (Firth, approximate), se", scan.se, expected["SE"], atol=1e-5)
    assert scan.is_corrected.sum() == 20


@needs_example
def test_scan_cases__is_regenies_published_file_but_for_its_older_firth() -> None:
    example = read_example(phenotypes="phenotype_bin.txt")
    scan = scan_cases(example.read_block, WHOLE, example.traits[:, 0], example.covariates)
    expected = golden("UPSTREAM_example.test_bin_out_firth_Y1")["LOG10P"].to_numpy()
    plain = ~scan.is_corrected
    check_golden("REGENIE's published BT, score tests, -log10 p", scan.neg_log10_p[plain], expected[plain], atol=1e-5)
    check_golden("REGENIE's published BT, Firth, -log10 p", scan.neg_log10_p[~plain], expected[~plain], atol=0.05)


@needs_example
def test_scan_cases__exact_firth_lies_near_regenie() -> None:
    example = read_example(phenotypes="phenotype_bin.txt")
    options = LogisticOptions(correction="exact")
    scan = scan_cases(example.read_block, WHOLE, example.traits[:, 0], example.covariates, options=options)
    expected = golden("test_bin_firth_Y1")
    check_golden("REGENIE step 2 BT beside exact Firth, -log10 p", scan.neg_log10_p, expected["LOG10P"], atol=0.1)


@needs_example
def test_fit_ridge__gives_regenie_loco_predictions() -> None:
    """REGENIE ran with --bsize 100 and left out the SNPs of snplist_rm.txt; every row but that of chromosome 1 is the
    prediction from all SNPs."""
    example = read_example()
    left_out = {int(line) for line in (EXAMPLE / "snplist_rm.txt").read_text().split()}
    kept = np.array([at for at in range(1000) if at + 1 not in left_out])
    dosages = example.read_block(0, 1000)[kept]
    fit = fit_ridge(
        lambda first, last: dosages[first:last].copy(),
        chromosome_ranges(["1"] * kept.size),
        example.traits,
        example.covariates,
        options=RidgeOptions(block_snps=100),
    )
    check_golden("REGENIE step 1 QT, prediction", fit.whole, example.predictions.of("2"), atol=1e-5)
    check_golden(
        "REGENIE step 1 QT, prediction without chromosome 1", fit.predictions.of("1"), np.zeros((2, 494)), atol=1e-9
    )


@pytest.mark.slow
@needs_mouse
def test_whole_pipeline__on_mice_lies_near_regenie() -> None:
    """CD8 of 1,410 mice at the 9,100 SNPs REGENIE used (--bsize 500): both steps, all predictions our own."""
    snps = tuple(pl.read_csv(MOUSE / "ref" / "k01.snplist.gz", has_header=False).to_series().to_list())
    mice = mice_with("CD8", only=snps)
    table = variants().filter(pl.col("rsid").is_in(list(snps)))
    ranges = chromosome_ranges([str(name) for name in table["chromosome"]])
    fit = fit_ridge(mice.read_block, ranges, mice.y[:, None], options=RidgeOptions(block_snps=500))
    (scan,) = scan_quantitative(mice.read_block, ranges, mice.y[:, None], predictions=fit.predictions)
    found = table.with_columns(ours=pl.Series(scan.neg_log10_p), z=pl.Series(scan.z))
    expected = pl.read_csv(MOUSE / "ref" / "regenie_CD8.tsv.gz", separator=" ", null_values="NA")
    both = found.join(expected, left_on="rsid", right_on="ID", maintain_order="left")
    assert both.height > 9_000
    check_golden("REGENIE both steps, mouse CD8, -log10 p", both["ours"], both["LOG10P"], atol=1e-3)
    correlation = np.corrcoef(both["ours"], both["LOG10P"])[0, 1]
    check_golden("REGENIE both steps, mouse CD8, correlation of -log10 p", correlation, 1.0, atol=1e-8)
