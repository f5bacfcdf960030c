"""The exact scan beside GEMMA run here, with what the stored goldens lack: covariates, gaps, every filter."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from bed_reader import open_bed, to_bed

from models.association.exact_scan import scan
from models.association.null_model import fit_null
from models.association.spectral import decompose
from models.genotype_blocks import array_reader
from tests.benchmarks._relatives import write_relatives
from tests.benchmarks.peers.programs import find_gemma, run_program
from tests.goldens import check_golden

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """300 people, 800 SNPs: gaps in all, too many in some, rare ones, and one that is a covariate."""
    try:
        find_gemma()
    except SystemExit as missing:
        pytest.skip(str(missing))
    folder = tmp_path_factory.mktemp("gemma")
    made = write_relatives(folder, 300, 800)
    rng = np.random.default_rng(9)
    with open_bed(made.bed) as bed:
        dosages = bed.read(dtype="float32")
    covariates = np.column_stack((rng.normal(size=300), dosages[:, 5] + 1e-3 * rng.normal(size=300)))
    rate = np.where(np.arange(800) % 10 == 3, 0.06, 0.02)
    dosages[:, 50:60] *= rng.random((300, 10)) < 0.02
    is_missing = rng.random(dosages.shape) < rate
    is_missing[:, 5] = False
    dosages[is_missing] = np.nan
    dosages[:, 7] = 2.0
    to_bed(made.bed, dosages, properties=_properties(made.bed))
    np.savetxt(folder / "covariates.txt", np.column_stack((np.ones(300), covariates)), fmt="%.12g")
    return folder


def _properties(bed: Path) -> dict[str, list[str]]:
    fam = [line.split() for line in bed.with_suffix(".fam").read_text().splitlines()]
    bim = [line.split() for line in bed.with_suffix(".bim").read_text().splitlines()]
    return {
        "fid": [row[0] for row in fam],
        "iid": [row[1] for row in fam],
        "pheno": [row[5] for row in fam],
        "chromosome": [row[0] for row in bim],
        "sid": [row[1] for row in bim],
        "bp_position": [row[3] for row in bim],
        "allele_1": [row[4] for row in bim],
        "allele_2": [row[5] for row in bim],
    }


def test_scan__with_covariates_and_filters_is_gemmas(folder: Path) -> None:
    program, environment = find_gemma()
    common = [program, "-bfile", folder / "people", "-c", "covariates.txt"]
    run_program([*common, "-gk", "1", "-o", "k"], folder, environment=environment)
    kinship = "output/k.cXX.txt"
    run_program([*common, "-k", kinship, "-lmm", "4", "-o", "scan"], folder, environment=environment)
    expected = pl.read_csv(folder / "output" / "scan.assoc.txt", separator="\t")
    with open_bed(folder / "people.bed", count_A1=True) as bed:
        dosages = np.ascontiguousarray(bed.read(dtype="float32").T)
        ids = bed.sid
    spectrum = decompose(np.loadtxt(folder / kinship))
    y = np.loadtxt(folder / "people.pheno", usecols=2)
    covariates = np.loadtxt(folder / "covariates.txt")[:, 1:]
    found = scan(array_reader(dosages), 800, spectrum, y, covariates)
    rows = found.is_tested
    assert ids[rows].tolist() == expected["rs"].to_list()
    assert found.n_dropped["sum_of_covariates"] == 1
    assert found.n_dropped["missingness"] > 10
    assert found.n_dropped["low_frequency"] > 3
    for test in ("wald", "lrt", "score"):
        neg_log10_p = -np.log10(expected[f"p_{test}"].to_numpy())
        name = f"GEMMA with covariates -log10 p {test}"
        check_golden(name, getattr(found, f"neg_log10_p_{test}")[rows], neg_log10_p, atol=1e-4)
    check_golden("GEMMA with covariates beta", found.beta[rows], expected["beta"].to_numpy(), rtol=1e-4, atol=1e-5)
    check_golden("GEMMA with covariates logl_H1", found.logl_h1[rows], expected["logl_H1"].to_numpy(), atol=1e-3)
    _check_log(folder, fit_null(spectrum, y, covariates))


def _check_log(folder: Path, null: object) -> None:
    lines = (folder / "output" / "scan.log.txt").read_text().splitlines()
    printed = dict(line.removeprefix("## ").split(" = ") for line in lines if "=" in line and "Command" not in line)
    printed = {name.strip(): value for name, value in printed.items()}
    for name, text in (
        ("pve", "pve estimate in the null model"),
        ("pve_se", "se(pve) in the null model"),
        ("vg", "vg estimate in the null model"),
        ("ve", "ve estimate in the null model"),
    ):
        check_golden(f"GEMMA with covariates null {name}", getattr(null, name), float(printed[text]), rtol=2e-5)
    for name, text in (("beta", "beta estimate in the null model"), ("beta_se", "se(beta)")):
        values = [float(value) for value in printed[text].split()]
        check_golden(f"GEMMA with covariates null {name}", getattr(null, name), values, rtol=2e-5, atol=1e-6)
    for name, text in (("logl_reml", "REMLE"), ("logl_ml", "MLE")):
        value = float(printed[f"{text} log-likelihood in the null model"])
        check_golden(f"GEMMA with covariates null {name}", getattr(null, name), value, atol=0.005)
