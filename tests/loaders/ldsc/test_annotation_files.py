import polars as pl
import pytest

from loaders.errors import FormatError, RowError
from loaders.ldsc import read_annot, read_bim, read_frq, write_annot
from tests.loaders.ldsc.inputs import TUTORIAL, needs_shared, write

SNPS = pl.DataFrame({"CHR": ["1", "1"], "BP": [10, 20], "SNP": ["rs1", "rs2"], "CM": [0.5, 0.75]})
TABLE = SNPS.with_columns(base=pl.Series([1.0, 1.0]), score=pl.Series([0.25, -2.0]))


@pytest.mark.parametrize("name", ["a.annot", "a.annot.gz", "a.annot.parquet"])
def test_write_annot__reads_back(tmp_path, name):
    write_annot(tmp_path / name, TABLE)
    found = read_annot(tmp_path / "a")
    assert (found.names, found.is_thin) == (("base", "score"), False)
    assert found.table.equals(TABLE)


def test_write_annot__thin_and_whole_numbers(tmp_path):
    write_annot(tmp_path / "a.annot", TABLE, is_thin=True)
    assert (tmp_path / "a.annot").read_text() == "base\tscore\n1\t0.25\n1\t-2.0\n"
    assert read_annot(tmp_path / "a").is_thin
    assert read_annot(tmp_path / "a", snps={None: SNPS}).table.equals(TABLE)


def test_read_annot__rows_are_not_the_snps(tmp_path):
    write_annot(tmp_path / "a.annot", TABLE[:1], is_thin=True)
    with pytest.raises(FormatError, match=r"one row for each SNP of the panel; seen: 1 rows, 2 SNPs"):
        read_annot(tmp_path / "a", snps={None: SNPS})
    write_annot(tmp_path / "b.annot", TABLE.with_columns(SNP=pl.Series(["rs1", "rs9"])))
    with pytest.raises(FormatError, match=r"seen: rs9 where the panel has rs2; 1 differ; in .*b.annot:3"):
        read_annot(tmp_path / "b", snps={None: SNPS})


def test_read_annot__chromosomes_and_other_columns(tmp_path):
    write_annot(tmp_path / "a.1.annot.gz", TABLE)
    write_annot(tmp_path / "a.2.annot.gz", TABLE.rename({"score": "other"}))
    assert read_annot(str(tmp_path / "a.@"), chromosomes=("1",)).table.height == 2
    with pytest.raises(FormatError, match="must have the same columns"):
        read_annot(str(tmp_path / "a.@"), chromosomes=("1", "2"))


def test_read_annot__values_are_numbers(tmp_path):
    with pytest.raises(RowError, match=r"base that is a finite number.*a.annot:3"):
        read_annot(write(tmp_path / "a.annot", "CHR BP SNP CM base\n1 1 rs1 0 1\n1 2 rs2 0 NA\n"))
    with pytest.raises(RowError, match=r"base must hold a number.*'yes'.*a.annot:2"):
        read_annot(write(tmp_path / "a.annot", "CHR BP SNP CM base\n1 1 rs1 0 yes\n"))
    with pytest.raises(FormatError, match="at least one column beside CHR, BP, SNP, CM"):
        read_annot(write(tmp_path / "a.annot", "CHR BP SNP CM\n1 1 rs1 0\n"))


@pytest.mark.parametrize("text", ["base\tin\t\n1\t0\t\n", '"base"\t"in"\t\n"1"\t"0"\t\n'])
def test_read_annot__a_column_without_a_name(tmp_path, text):
    (tmp_path / "a.annot").write_text(text)
    with pytest.raises(
        FormatError, match=r"every annotation must have a name; seen: none for column 3 of 3; in .*a.annot"
    ):
        read_annot(tmp_path / "a.annot")


def test_read_frq__folds_and_checks(tmp_path):
    (tmp_path / "a.frq").write_text(
        " CHR  SNP  A1  A2  MAF  NCHROBS\n 1 rs1 A G 0.2 10\n 1 rs2 A G 0.9 10\n 1 rs3 A G NA 0\n"
    )
    found = read_frq(tmp_path / "a")
    assert found["SNP"].to_list() == ["rs1", "rs2", "rs3"]
    assert found["MAF"].to_list() == [0.2, pytest.approx(0.1), None]
    with pytest.raises(FormatError, match=r"must be from 0 to 1; seen: 12.0; in .*b.frq:2"):
        read_frq(write(tmp_path / "b.frq", "SNP MAF\nrs1 12\n"))


def test_read_bim__snps(tmp_path):
    found = read_bim(write(tmp_path / "a.bim", "chr1 rs1 0.5 10 A G\n23 rs2 0 20 A C\n"))
    assert found.rows() == [("1", "rs1", 0.5, 10, "A", "G"), ("X", "rs2", 0.0, 20, "A", "C")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1\trs1\t0\t10\tA\tG\n1\t\t0\t20\tA\tG\n", r"must name its SNP; seen: no name at 1:20; in .*a.bim:2"),
        ("1\trs1\t0\t10\tA\tG\n1\trs2\t0\t20\tA\n", r"must have 6 fields; seen: 1 with more or fewer; in .*a.bim:2"),
    ],
)
def test_read_bim__refuses(tmp_path, text, message):
    (tmp_path / "a.bim").write_text(text)
    with pytest.raises(RowError, match=message):
        read_bim(tmp_path / "a.bim")


@needs_shared
def test_read_annot__reference_output():
    found = read_annot(TUTORIAL / "golden" / "cm1_ctsDAF")
    assert found.table.select(found.names).sum().row(0) == (798.0, 1465.0, 1823.0, 15070.0)
