import numpy as np
import polars as pl
import pytest

from loaders.ldsc import LdScoreFile, write_annot, write_ld_scores
from models.thousandths import Thousandths
from services.settings import read_settings
from services.statistics.errors import RunDamaged
from services.statistics.inputs import assemble_inputs
from services.statistics.overlaps import read_overlap
from services.statistics.reference import (
    open_reference_files,
    read_reference_files,
    read_reference_run,
    read_weights,
    write_reference,
)
from services.statistics.refusals import InputsError
from tests.loaders.ldsc.inputs import write

RNG = np.random.default_rng(1)
NAMES = ("base", "in")
ANNOTATIONS = np.column_stack([np.ones(6), RNG.integers(0, 2, 6)]).astype(float)
MAF = np.array([0.3, 0.01, 0.2, 0.4, 0.05, 0.06])


def write_files(folder, *, by_chromosome=True):
    """LD scores, annotations and frequencies of three SNPs on each of two chromosomes."""
    for at, chromosome in enumerate(("1", "2")):
        rows = slice(3 * at, 3 * at + 3)
        place = pl.DataFrame({"CHR": [chromosome] * 3, "SNP": [f"rs{row}" for row in range(6)][rows], "BP": [1, 2, 3]})
        table = place.with_columns(base=pl.Series(RNG.random(3)), **{"in": pl.Series(RNG.random(3))})
        values = ANNOTATIONS[rows]
        common = values[MAF[rows] > 0.05]
        write_ld_scores(folder / f"ld.{chromosome}", LdScoreFile(table, NAMES, values.sum(0), common.sum(0)))
        annot = place.select("CHR", "BP", "SNP", CM=pl.lit(0.0)).hstack(pl.from_numpy(values, schema=list(NAMES)))
        write_annot(folder / f"ld.{chromosome}.annot.gz", annot)
        write_annot(folder / f"thin.{chromosome}.annot.gz", annot, is_thin=True)
        lines = [f"rs{row} {MAF[row]}" for row in range(rows.start, rows.stop)]
        write(folder / f"panel.{chromosome}.frq", "\n".join(["SNP MAF", *lines]))
    return {"prefix": f"{folder}/ld.@", "frq": f"{folder}/panel.@", "annot": f"{folder}/ld.@"}


TWO = {"chromosomes": ("1", "2")}


@pytest.mark.parametrize("annot", ["ld", "thin"])
def test_read_reference_files__overlaps_as_written_out(tmp_path, annot):
    files = write_files(tmp_path) | {"annot": f"{tmp_path}/{annot}.@"}
    found = read_reference_files(**files, **TWO)
    common = ANNOTATIONS[MAF > 0.05]
    np.testing.assert_array_equal(found.overlap, ANNOTATIONS.T @ ANNOTATIONS)
    np.testing.assert_array_equal(found.overlap_5_50, common.T @ common)
    np.testing.assert_allclose(found.annotation_sd_5_50, common.std(axis=0), atol=1e-12)
    assert (found.n_reference_snps, found.n_reference_snps_5_50, found.names) == (6, 4, NAMES)
    assert found.table["rsid"].to_list() == [f"rs{row}" for row in range(6)]


def test_open_reference_files__regress_without_reading_all(tmp_path):
    files = write_files(tmp_path)
    opened, whole = open_reference_files(**files, **TWO), read_reference_files(**files, **TWO)
    stats = pl.DataFrame({"SNP": ["rs5", "rs0"], "A1": "A", "A2": "G", "Z": [1.0, 2.0], "N": 9.0})
    first, second = assemble_inputs(stats, opened), assemble_inputs(stats, whole)
    np.testing.assert_array_equal(first.ld_scores, second.ld_scores)
    assert first.snps.equals(second.snps)


@pytest.mark.parametrize("suffix", [".l2.ldscore.gz", ".l2.ldscore.parquet"])
def test_assemble_inputs__three_decimals_stay_thousandths(tmp_path, suffix):
    """Columns can be left out, weights come from the first one, and the numbers are those of the files."""
    values = np.array([[1.5, -0.25], [2.001, 7.0], [3.0, 0.999]])
    place = pl.DataFrame({"CHR": ["1"] * 3, "SNP": ["rs1", "rs2", "rs3"], "BP": [1, 2, 3]})
    table = place.hstack(pl.from_numpy(values, schema=list(NAMES)))
    write_ld_scores(tmp_path / "ld", LdScoreFile(table, NAMES, np.ones(2), None), suffix=suffix, decimals=3)
    stats = pl.DataFrame({"SNP": ["rs3", "rs1"], "A1": "A", "A2": "G", "Z": [1.0, 2.0], "N": 9.0})
    found = assemble_inputs(stats, open_reference_files(f"{tmp_path}/ld"))
    assert isinstance(found.ld_scores, Thousandths)
    np.testing.assert_array_equal(found.ld_scores, values[[0, 2]])
    assert (found.first_ld_score.tolist(), found.weight_ld.tolist()) == ([1.5, 3.0], [1.5, 3.0])
    dropped = found.drop(["base"])
    np.testing.assert_array_equal(dropped.ld_scores, values[[0, 2], 1:])
    assert (dropped.names, dropped.first_ld_score.tolist()) == (("in",), [-0.25, 0.999])
    assert read_reference_files(f"{tmp_path}/ld").table.select(NAMES).to_numpy().tolist() == values.tolist()


def test_open_reference_files__no_m(tmp_path):
    files = write_files(tmp_path)
    for path in tmp_path.glob("*.M*"):
        path.unlink()
    with pytest.raises(InputsError, match=r"neither .l2.M nor .l2.M_5_50"):
        open_reference_files(**files, **TWO)


def test_read_overlap__annotations_that_do_not_fit(tmp_path):
    files = write_files(tmp_path)
    with pytest.raises(InputsError, match=r"columns of the LD scores, in their order.*first that differs: in"):
        read_overlap(files["annot"], None, names=("base", "out"), **TWO)
    (tmp_path / "panel.1.frq").write_text("SNP\tMAF\nrs9\t0.1\n")
    with pytest.raises(InputsError, match=r"must have allele frequencies; seen: none of 3; ids such as rs0 and rs9"):
        read_overlap(files["annot"], files["frq"], names=NAMES, **TWO)
    with pytest.raises(InputsError, match=r"one row for each SNP of the panel; seen: 3 rows, 1 SNPs"):
        read_overlap(f"{tmp_path}/thin.@", files["frq"], names=NAMES, **TWO)
    write_annot(tmp_path / "thin.1.annot.gz", pl.DataFrame({"more": [1.0]}), is_thin=True)
    with pytest.raises(InputsError, match=r"of the same SNPs; seen: 1 and 3 rows"):
        read_overlap(f"{tmp_path}/ld.@,{tmp_path}/thin.@", None, names=NAMES, **TWO)


def test_read_weights__one_column(tmp_path):
    files = write_files(tmp_path)
    with pytest.raises(InputsError, match=r"one column of LD scores; seen: 2 columns"):
        read_weights(files["prefix"], **TWO)
    write(tmp_path / "w.l2.ldscore", "CHR SNP BP L2\n1 rs1 10 1.5\n")
    assert read_weights(f"{tmp_path}/w").rows() == [("rs1", 1.5)]


def test_write_reference__reads_back(tmp_path):
    settings = read_settings(home=tmp_path)
    whole = read_reference_files(**write_files(tmp_path), **TWO)
    write_reference(tmp_path / "runs" / "r1", whole)
    found = read_reference_run(settings, "r1")
    assert found.table.equals(whole.table)
    np.testing.assert_array_equal(found.overlap, whole.overlap)
    assert (found.run_id, found.names, found.n_reference_snps_5_50) == ("r1", NAMES, 4)
    (tmp_path / "runs" / "r1" / "reference.json").write_text("{")
    with pytest.raises(RunDamaged, match=r"must lie whole in its folder.*compute them again"):
        read_reference_run(settings, "r1")
