"""Sexes of people, from the tables of each format."""

from pathlib import Path

import pytest

from loaders.errors import FormatError, RowError
from loaders.person_sex import FEMALE, MALE, UNKNOWN, read_sex


def _write(tmp_path: Path, name: str, text: str) -> Path:
    path = tmp_path / name
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("x.fam", "f a 0 0 1 -9\nf b 0 0 2 3.1\nf c 0 0 0 NA\n"),
        ("x.psam", "#FID\tIID\tSEX\tPHENO\nf\ta\t1\t5\nf\tb\t2\t5\nf\tc\tNA\t5\n"),
        ("x.txt", "FID,IID,age,sex\nf,a,3,M\nf,b,4,female\nf,c,5,\n"),
        ("x.sample", "ID_1 ID_2 missing sex\n0 0 0 D\nf a 0 m\nf b 0 F\nf c 0 NA\n"),
    ],
)
def test_read_sex__from_the_table_of_each_format(tmp_path: Path, name: str, text: str) -> None:
    found = read_sex(_write(tmp_path, name, text))
    assert found is not None
    assert found.people.rows() == [("f", "a"), ("f", "b"), ("f", "c")]
    assert found.sex.tolist() == [MALE, FEMALE, UNKNOWN]


@pytest.mark.parametrize(
    ("name", "text"),
    [("x.psam", "#IID\tPHENO\na\t1\n"), ("x.sample", "ID_1 ID_2\n0 0\nf a\n"), ("x.txt", "f a 0 0 1 2\n")],
)
def test_read_sex__is_none_where_no_column_says_so(tmp_path: Path, name: str, text: str) -> None:
    assert read_sex(_write(tmp_path, name, text)) is None


def test_read_sex__refuses_what_is_no_sex(tmp_path: Path) -> None:
    with pytest.raises(RowError, match=r"a sex must be 1 .* seen: 3; in .*x.fam:2; correct it"):
        read_sex(_write(tmp_path, "x.fam", "f a 0 0 1 -9\nf b 0 0 3 1\n"))
    with pytest.raises(RowError, match=r"the 3 fields of the first; seen: f a; in .*x.sample:3"):
        read_sex(_write(tmp_path, "x.sample", "ID_1 ID_2 sex\n0 0 D\nf a\n"))
    with pytest.raises(FormatError, match=r"two header lines .* seen: an empty file"):
        read_sex(_write(tmp_path, "x.sample", ""))
