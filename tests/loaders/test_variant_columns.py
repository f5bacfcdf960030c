"""Place and alleles, field by field."""

from pathlib import Path

import pytest

from loaders.cells import read_fields
from loaders.format_choice import plan_columns
from loaders.tables import ROW_NUMBER, TableHeader, read_batches, read_header
from loaders.variant_columns import add_alleles, add_place
from tests.loaders.samples import FORMAT_SAMPLES, GWAS_COLUMNS, make_study, write_gwas, write_text


def _rows(path: Path, **settings: object) -> dict[str, object]:
    header: TableHeader = read_header(path)
    plan = plan_columns(make_study(path, **settings), header)
    frame = next(read_batches(header, plan.read)).frame
    return add_alleles(add_place(read_fields(frame, plan), plan), plan).row(0, named=True)


@pytest.mark.parametrize(
    ("line", "is_placed", "is_bad"),
    [
        ("rs1 1 1000 A G .5 .1 .1 1", True, False),
        ("rs1 1 . A G .5 .1 .1 1", False, False),
        ("rs1 . 1000 A G .5 .1 .1 1", False, False),
        ("rs1 1 249250621 A G .5 .1 .1 1", True, False),
        ("rs1 1 249250622 A G .5 .1 .1 1", True, True),
    ],
)
def test_add_place__whole_positions_inside_the_chromosome(
    line: str, is_placed: bool, is_bad: bool, tmp_path: Path
) -> None:
    write_gwas(tmp_path / "g.tsv", [line])
    row = _rows(tmp_path / "g.tsv", columns=GWAS_COLUMNS)
    assert (row["is_placed"], row["is_bad_position"], row[ROW_NUMBER]) == (is_placed, is_bad, 1)


def test_add_alleles__from_an_id(tmp_path: Path) -> None:
    path = write_text(tmp_path / "f.tsv", FORMAT_SAMPLES["neale-ukb"].text())
    row = _rows(path)
    assert (row["effect_allele"], row["other_allele"]) == ("A", "G")


def test_add_alleles__an_id_does_not_tell_the_effect_allele_of_a_column_map(tmp_path: Path) -> None:
    path = write_text(tmp_path / "f.tsv", "id\tp\n1:1000:G:A\t0.1\n")
    row = _rows(path, columns={"rsid": "id", "p_value": "p"})
    assert (row["effect_allele"], row["position_bp"]) == (None, 1000)
