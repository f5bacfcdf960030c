"""eQTM rows: no allele, and a sign from the correlations."""

from pathlib import Path

import polars as pl
import pytest

from loaders.eqtm import mean_sign_expression
from tests.loaders.samples import load, make_study, write_text

HEADER = "PValue\tSNPName\tProbeName\tOverallZScore\tIncludedDatasetsCorrelationCoefficient\n"
COLUMNS = {"cpg": "C", "gene": "G", "p_value": "P"}


def _load(tmp_path: Path, *lines: str):
    path = write_text(tmp_path / "e.txt", HEADER + "".join("\t".join(line.split()) + "\n" for line in lines))
    return load(make_study(path, "eqtm", build=None), tmp_path, max_refused_share=1.0)


@pytest.mark.parametrize(
    ("z_score", "correlations", "expected"),
    [
        ("-40", "0.73;0.71", 40.0),
        ("40", "-0.7;-0.6;0.1", -40.0),
        ("40", "-;-0.6", -40.0),
        ("40", "0.5;-0.5", None),
        ("40", "-;-", None),
    ],
)
def test_normalise_eqtm__sign_is_that_of_the_mean_correlation(
    z_score: str, correlations: str, expected: float | None, tmp_path: Path
) -> None:
    row = _load(tmp_path, f"3.27167E-310 cg1 ENSG00000000001.2 {z_score} {correlations}")[1].row(0, named=True)
    assert (row["z_score"], row["abs_z_score"], row["gene"]) == (expected, 40.0, "ENSG00000000001")
    assert row["neg_log10_p"] == pytest.approx(349.136, abs=1e-3)
    assert row["flags"] == ["p_from_z"] + (["sign_dropped"] if expected is None else [])


def test_normalise_eqtm__duplicates_and_refusals(tmp_path: Path) -> None:
    lines = [
        "1e-5 cg1 g1 4 0.1",
        "1e-6 cg1 g1 5 0.1",
        "1e-6 NA g1 5 0.1",
        "2 cg2 g1 5 0.1",
        ". cg3 g1 . 0.1",
        "1e-6 cg4 g1 inf 0.1",
    ]
    prepared, table = _load(tmp_path, *lines)
    assert table.select("cpg", "row_number").rows() == [("cg1", 2)]
    assert prepared.report.skipped == {"duplicate": 1}
    assert prepared.report.refused == {"missing_target": 1, "bad_p": 1, "missing_p": 1, "non_finite_z": 1}


def test_normalise_eqtm__own_sign_and_sample_size(tmp_path: Path) -> None:
    path = write_text(tmp_path / "e.txt", "C\tG\tP\tZ\tN\ncg1\tg1\t1e-6\t-5\t100\ncg2\tg1\t1e-6\t5\t.\n")
    spec = make_study(path, "eqtm", columns=COLUMNS | {"z_score": "Z", "n_samples": "N"}, n=7)
    assert load(spec, tmp_path)[1].select("z_score", "abs_z_score", "n_samples").rows() == [
        (-5.0, 5.0, 100),
        (5.0, 5.0, 7),
    ]


def test_normalise_eqtm__threshold(tmp_path: Path) -> None:
    path = write_text(tmp_path / "e.txt", "C\tG\tP\ncg1\tg1\t1e-6\ncg2\tg1\t0.5\n")
    prepared, table = load(make_study(path, "eqtm", columns=COLUMNS, p_threshold=0.01), tmp_path)
    assert (table.height, prepared.report.written, prepared.report.skipped) == (2, 1, {"below_threshold": 1})


def test_mean_sign_expression__numbers() -> None:
    frame = pl.DataFrame({"r": ["0.1;-0.3", "1", "", None, "0"]})
    assert frame.select(mean_sign_expression(pl.col("r"))).to_series().to_list() == [-1.0, 1.0, None, None, None]
