"""Mean genotypes."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from loaders.dosages import open_bimbam_dosages
from loaders.errors import FormatError, RowError
from loaders.person_tables import PEOPLE_SCHEMA
from tests.loaders.dosages.files import COPIES, PEOPLE, write_bimbam


def test_open_bimbam_dosages__takes_blanks_broken_numbers_and_names(tmp_path: Path) -> None:
    path = tmp_path / "a.geno"
    path.write_text("rs1 A T 0.25 1.5\nrs2 C G NA 2\n")
    people = pl.DataFrame(PEOPLE[:2], schema=PEOPLE_SCHEMA, orient="row")
    file = open_bimbam_dosages(path, people=people)
    np.testing.assert_array_equal(file.block_reader()(0, 2), np.array([[0.25, 1.5], [np.nan, 2.0]], np.float32))
    assert file.people.rows() == PEOPLE[:2]
    assert file.variants["chromosome"].null_count() == 2


def test_open_bimbam_dosages__places_snps_by_the_annotation(tmp_path: Path) -> None:
    path = write_bimbam(tmp_path)
    annotation = tmp_path / "other.txt"
    annotation.write_text("rs3, 9, 7\nrs1 4 2\n\n")
    variants = open_bimbam_dosages(path, annotation=annotation).variants
    assert variants.select("rsid", "chromosome", "position_bp").rows()[:3] == [
        ("rs1", "2", 4),
        ("rs2", None, None),
        ("rs3", "7", 9),
    ]
    assert open_bimbam_dosages(path).block_reader()(0, 4).shape == COPIES.shape


@pytest.mark.parametrize(
    "text, message",
    [
        ("", "a file of mean genotypes must have lines; seen: none"),
        ("rs1, A, T\n", "a line must have dosages; seen: 3 fields"),
        (
            "rs1, A, T, 0, 1\nrs2, A, T, 0, 2.5\n",
            r"a dosage must lie between 0 and 2, or be NA; seen: 2.5 for person 2; in .*:2",
        ),
        (
            "rs1, A, T, 0, 1\nrs2, A, T, 0, one\n",
            "each line must have as many fields as the first, dosages as numbers or NA",
        ),
        ("rs1, A, T, 0, 1\nrs2, A, T, 0, 1, 1\n", "each line must have as many fields as the first"),
    ],
)
def test_open_bimbam_dosages__refuses_broken_lines(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "a.geno"
    path.write_text(text)
    with pytest.raises((FormatError, RowError), match=message):
        open_bimbam_dosages(path)


def test_open_bimbam_dosages__refuses_other_people_and_a_short_annotation(tmp_path: Path) -> None:
    path = write_bimbam(tmp_path)
    with pytest.raises(FormatError, match=r"a name for each column of dosages; seen: 1 people for 5 columns"):
        open_bimbam_dosages(path, people=pl.DataFrame(PEOPLE[:1], schema=PEOPLE_SCHEMA, orient="row"))
    annotation = tmp_path / "short.txt"
    annotation.write_text("rs1 5\n")
    with pytest.raises(RowError, match=r"a line must have SNP, position and chromosome; seen: rs1 5"):
        open_bimbam_dosages(path, annotation=annotation)
