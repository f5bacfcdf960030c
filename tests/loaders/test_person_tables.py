"""Tables with a row a person."""

import gzip
from pathlib import Path

import pytest

from loaders.errors import FormatError, RowError
from loaders.person_tables import read_people_list, read_person_table


def _write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "table.txt"
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    "text",
    [
        "FID IID y\nf a 1\nf b  2\n",
        "#FID\tIID\ty\nf\ta\t1\nf\tb\t2\n",
        "FID,IID,y\nf,a,1\nf,b,2\n\n",
        "## made by hand\nfid iid y\n f a 1\nf b 2\n",
    ],
)
def test_read_person_table__takes_blanks_tabs_and_commas(tmp_path: Path, text: str) -> None:
    table = read_person_table(_write(tmp_path, text))
    assert table.people.rows() == [("f", "a"), ("f", "b")]
    assert table.columns.rows(named=True) == [{"y": "1"}, {"y": "2"}]


def test_read_person_table__without_a_header_counts_the_columns(tmp_path: Path) -> None:
    table = read_person_table(_write(tmp_path, "f a 1 2\nf b 3 4\n"))
    assert table.columns.rows(named=True) == [{"V1": "1", "V2": "2"}, {"V1": "3", "V2": "4"}]
    assert table.lines == (1, 2)


def test_read_person_table__takes_family_0_or_none_as_null(tmp_path: Path) -> None:
    assert read_person_table(_write(tmp_path, "#IID y\na 1\n")).people.rows() == [(None, "a")]
    assert read_person_table(_write(tmp_path, "FID IID y\n0 a 1\nf b 2\n")).people.rows() == [(None, "a"), ("f", "b")]


def test_read_person_table__reads_a_packed_file(tmp_path: Path) -> None:
    path = tmp_path / "table.gz"
    path.write_bytes(gzip.compress(b"FID IID y\nf a 1\n"))
    assert read_person_table(path).people.height == 1


@pytest.mark.parametrize(
    "text, message",
    [
        ("\n", "a table of people must have rows; seen: an empty file"),
        ("FID y\nf 1\n", "a table of people must have a column IID; seen: FID y"),
        ("FID IID y y\nf a 1 2\n", "columns must have names of their own; seen: y"),
        ("alone\n", "a table without a header must have FID and IID first; seen: alone"),
        (
            "FID IID y\nf a 1\nf b\n",
            r"each line must have the 3 fields of the first; seen: 2 fields: f b; in .*table.txt:3",
        ),
        ("FID IID y\nf a 1\nf NA 2\n", r"each row must have an IID; seen: nothing; in .*table.txt:3"),
    ],
)
def test_read_person_table__refuses_broken_tables(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises((FormatError, RowError), match=message):
        read_person_table(_write(tmp_path, text))


@pytest.mark.parametrize(
    "text, people",
    [
        ("f a\nf b\n", [("f", "a"), ("f", "b")]),
        ("#FID IID\nf a\n", [("f", "a")]),
        ("a\nb\n", [(None, "a"), (None, "b")]),
        ("#IID\na\n", [(None, "a")]),
    ],
)
def test_read_people_list__takes_one_or_two_ids(tmp_path: Path, text: str, people: list[tuple[str, str]]) -> None:
    assert read_people_list(_write(tmp_path, text)).rows() == people


def test_read_people_list__refuses_an_empty_file(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="a list of people must name someone; seen: an empty file"):
        read_people_list(_write(tmp_path, " \n"))
