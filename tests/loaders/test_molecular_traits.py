"""Tables of molecular traits: layouts of eQTL programs, places, missing values, and what is refused."""

import gzip
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from loaders.errors import FormatError, RowError
from loaders.molecular_traits import MolecularTraits, read_molecular_traits

HEADER = "#chr\tstart\tend\tgene_id\tNA1\tNA2\tNA3"
ROWS = ("chr2\t999\t1000\tENSG00000000002.4\t1.5\tNA\t-2", "chrX\t49\t50\tENSG00000000001\t0\t1e3\t7")


def write(path: Path, *lines: str) -> Path:
    text = "\n".join(lines) + "\n"
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


def read(tmp_path: Path, *lines: str) -> MolecularTraits:
    return read_molecular_traits(write(tmp_path / "t.bed", *lines))


@pytest.mark.parametrize("name", ["t.bed", "t.bed.gz", "t.txt"])
def test_read_molecular_traits__reads_fastqtls_bed(tmp_path: Path, name: str) -> None:
    found = read_molecular_traits(write(tmp_path / name, HEADER, *ROWS))
    assert found.names == ("ENSG00000000002.4", "ENSG00000000001")
    assert found.chromosomes == ("2", "X")
    assert found.positions.tolist() == [1000, 50]
    assert found.people == ("NA1", "NA2", "NA3")
    np.testing.assert_array_equal(found.values, [[1.5, 0.0], [np.nan, 1000.0], [-2.0, 7.0]])
    assert found.lines == (2, 3)
    assert found.n_parts.tolist() == [1, 1]
    table = found.as_table()
    assert table.people["person"].to_list() == ["NA1", "NA2", "NA3"]
    assert table.n_missing.tolist() == [1, 0]


def test_read_molecular_traits__reads_qtltools_bed_by_strand(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "#Chr\tstart\tend\tpid\tgid\tstrand\tNA1\tNA2",
        "1\t99\t200\tENST1\tENSG1\t+\t1\t2",
        "1\t99\t200\tENST2\tENSG1\t-\t3\t4",
        "1\t99\t200\tENST3\tENSG1\t.\t3\t4",
    )
    assert found.people == ("NA1", "NA2")
    assert found.positions.tolist() == [100, 200, 100]
    assert found.columns["gid"].to_list() == ["ENSG1"] * 3


def test_read_molecular_traits__reads_geuvadis_own_table(tmp_path: Path) -> None:
    """Id, gene, Chr and Coord (1-based), then people."""
    found = read(tmp_path, "TargetID\tGene_Symbol\tChr\tCoord\tHG1\tHG2", "ENST1.1\tENSG1.2\t7\t321\t0\t5")
    assert (found.names, found.chromosomes, found.positions.tolist()) == (("ENST1.1",), ("7",), [321])
    assert found.people == ("HG1", "HG2")


def test_read_molecular_traits__without_places_or_of_an_odd_chromosome_has_none(tmp_path: Path) -> None:
    found = read(tmp_path, "id\tNA1\tNA2", "cg1\t.1\t.2")
    assert (found.chromosomes, found.positions.tolist(), found.people) == ((None,), [0], ("NA1", "NA2"))
    found = read(tmp_path, HEADER, ROWS[0].replace("chr2", "chrUn_KI270"), ROWS[1])
    assert (found.chromosomes, found.positions.tolist()) == ((None, "X"), [0, 50])


def test_read_molecular_traits__parquet_is_the_same_table(tmp_path: Path) -> None:
    text = read(tmp_path, HEADER, *ROWS)
    frame = pl.read_csv(tmp_path / "t.bed", separator="\t", null_values="NA")
    assert frame.schema["NA1"] == pl.Float64
    frame.write_parquet(tmp_path / "t.parquet")
    found = read_molecular_traits(tmp_path / "t.parquet")
    np.testing.assert_array_equal(found.values, text.values)
    assert (found.names, found.chromosomes, found.people) == (text.names, text.chromosomes, text.people)
    assert found.positions.tolist() == text.positions.tolist()
    assert found.lines == (1, 2)


def test_read_molecular_traits__a_column_that_is_no_person_can_be_named(tmp_path: Path) -> None:
    lines = ("id\tpathway\tNA1\tNA2", "ENSG1\tmetabolic\t1\t2")
    with pytest.raises(RowError, match=r"seen: metabolic \(ENSG1, column pathway\).*other columns"):
        read(tmp_path, *lines)
    found = read_molecular_traits(write(tmp_path / "t", *lines), other_columns=["pathway"])
    assert (found.people, found.columns["pathway"][0]) == (("NA1", "NA2"), "metabolic")
    with pytest.raises(FormatError, match="columns asked for; seen: no way"):
        read_molecular_traits(write(tmp_path / "t", *lines), other_columns=["way"])


@pytest.mark.parametrize(
    ("lines", "error", "message"),
    [
        ((HEADER, *ROWS, ROWS[0].replace(".4", ".5")), FormatError, r"one row; .*\.4 at line 2, .*\.5 at line 4"),
        ((HEADER.replace("NA2", "NA1"), *ROWS), FormatError, "each person one column; seen: NA1 twice"),
        ((HEADER, ROWS[0], ROWS[1].replace("1e3", "high")), RowError, r"high \(ENSG.*1, column NA2\); in .*t.bed:3;"),
        ((HEADER, ROWS[0].replace("1.5", "inf")), RowError, "must be a number, or NA; seen: inf"),
        ((HEADER, ROWS[0].replace("999", "-1")), RowError, "start of a BED interval.*0 or more; seen: -1; in .*:2"),
        ((HEADER, ROWS[0].replace("999", "x")), RowError, "whole number of 0 or more; seen: x"),
        ((HEADER, ROWS[0].replace("999", "1000")), RowError, "ends after its start.*1000 to 1000.*TSS - 1"),
        ((HEADER, ROWS[0], "chr1\t1"), RowError, "the 7 fields of the header; .*:3"),
        ((HEADER, ROWS[0].replace("ENSG00000000002.4", "")), RowError, "must have an id; seen: nothing; in .*:2"),
        ((HEADER,), FormatError, "must have rows; seen: a header alone"),
        (("#chr\tstart\tend\tgene_id", "1\t1\t2\tG"), FormatError, "a column a person"),
        (("#chr\tstart\tend", "1\t1\t2"), FormatError, "the first column, or in the fourth of a BED"),
    ],
)
def test_read_molecular_traits__refuses(
    tmp_path: Path, lines: tuple[str, ...], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        read(tmp_path, *lines)


def test_take__keeps_everything_of_a_trait(tmp_path: Path) -> None:
    found = read(tmp_path, HEADER, *ROWS).take(np.array([1]))
    assert (found.names, found.chromosomes, found.lines) == (("ENSG00000000001",), ("X",), (3,))
    assert (found.positions.tolist(), found.values[:, 0].tolist()) == ([50], [0.0, 1000.0, 7.0])
    assert found.columns["gene_id"].to_list() == ["ENSG00000000001"]
