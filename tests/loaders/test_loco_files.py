"""REGENIE's .loco files."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from loaders.errors import FormatError, RowError
from loaders.loco_files import is_loco, read_loco, read_prediction_list, write_loco
from loaders.person_tables import PEOPLE_SCHEMA
from tests.paths import DATA

EXAMPLE = DATA / "lmm" / "regenie_example" / "ref"


def _people(*rows: tuple[str | None, str]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=PEOPLE_SCHEMA, orient="row")


def _write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "fit_1.loco"
    path.write_text(text)
    return path


def test_read_loco__gives_chromosomes_and_people_in_any_order(tmp_path: Path) -> None:
    file = read_loco(_write(tmp_path, "FID_IID f_a 0_b c_c\n1 0.5 NA -1\n23 1e-2 2 3\n"))
    assert file.chromosomes == ("1", "X")
    found = file.of(_people(("c", "c"), (None, "b"), ("f", "a"), ("f", "z"), (None, "c")))
    np.testing.assert_array_equal(found, [[-1, np.nan, 0.5, np.nan, -1], [3, 2, 0.01, np.nan, 3]])


@pytest.mark.parametrize("name", ["ours.loco", "ours.loco.gz"])
def test_write_loco__writes_what_read_loco_reads(tmp_path: Path, name: str) -> None:
    people = _people(("f", "a"), (None, "b"))
    values = np.array([[0.123456789, np.nan], [-2.0, 3e-12]])
    write_loco(tmp_path / name, people, ["7", "X"], values)
    file = read_loco(tmp_path / name)
    assert file.chromosomes == ("7", "X")
    np.testing.assert_allclose(file.of(people), values, rtol=1e-9)
    with pytest.raises(FormatError, match=r"predictions must have a row a chromosome .*seen: \(2, 2\) for 1 and 2"):
        write_loco(tmp_path / name, people, ["7"], values)


@pytest.mark.parametrize(
    "text, message",
    [
        ("", "a .loco file must start with FID_IID and have a line a chromosome; seen: nothing"),
        ("IID a\n1 2\n", "a .loco file must start with FID_IID .*seen: IID"),
        ("FID_IID a_a\n", "a .loco file must start with FID_IID"),
        ("FID_IID a_a b_b\n1 2\n", r"a line must have a chromosome and 2 values; seen: 1 and 1; in .*fit_1.loco:2"),
        ("FID_IID a_a\nzz 2\n", "a line must have a chromosome and 1 values; seen: zz and 1"),
        ("FID_IID a_a\n1 two\n", r"a prediction must be a finite number or NA; seen: two"),
        (
            "FID_IID a_a b_b\n1 2 3\n2 4 -inf\n",
            r"a prediction must be a finite number or NA; seen: -inf; in .*fit_1.loco:3",
        ),
        ("FID_IID a_a b_b\n1 NA 1_000\n", r"a finite number or NA; seen: 1_000; in .*fit_1.loco:2"),
        ("FID_IID a_a\n1 nan\n", r"a finite number or NA; seen: nan; in .*fit_1.loco:2"),
        ("FID_IID a_a\n1 1e400\n", r"a prediction must be a finite number or NA; seen: 1e400; in .*fit_1.loco:2"),
        ("FID_IID a_a\n1 2\n\n2 x\n", r"a prediction must be a finite number or NA; .*fit_1.loco:4"),
        ("FID_IID a_a a_a\n1 2 3\n", "people and chromosomes must stand once; seen: a_a twice"),
        ("FID_IID a_a\nX 2\n23 1\n", "people and chromosomes must stand once; seen: X twice"),
    ],
)
def test_read_loco__refuses_broken_files(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises((FormatError, RowError), match=message):
        read_loco(_write(tmp_path, text))


def test_read_prediction_list__finds_files_where_it_says_or_beside_it(tmp_path: Path) -> None:
    (tmp_path / "fit_1.loco").write_text("x")
    path = tmp_path / "fit_pred.list"
    path.write_text("Y1 elsewhere/fit_1.loco\n\n")
    assert read_prediction_list(path) == {"Y1": tmp_path / "fit_1.loco"}
    path.write_text("Y1 fit_2.loco\n")
    with pytest.raises(
        FormatError, match=r"the predictions of Y1 must exist; seen: no fit_2.loco; in .*fit_pred.list:1"
    ):
        read_prediction_list(path)
    path.write_text("Y1\n")
    with pytest.raises(RowError, match="a line must name a trait and a file; seen: Y1"):
        read_prediction_list(path)


def test_read_prediction_list__a_file_beside_it_before_one_where_the_program_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "other").mkdir()
    for folder in (tmp_path, tmp_path / "other"):
        (folder / "fit_1.loco").write_text("x")
    (tmp_path / "fit_pred.list").write_text("Y1 fit_1.loco\n")
    monkeypatch.chdir(tmp_path / "other")
    assert read_prediction_list(tmp_path / "fit_pred.list") == {"Y1": tmp_path / "fit_1.loco"}


def test_is_loco__tells_predictions_from_a_list_of_them(tmp_path: Path) -> None:
    people = _people(("f", "a"))
    for name in ("ours.loco", "ours.loco.gz"):
        write_loco(tmp_path / name, people, ["1"], np.zeros((1, 1)))
        assert is_loco(tmp_path / name)
    for text in ("Y1 ours.loco\n", ""):
        assert not is_loco(_write(tmp_path, text))


@pytest.mark.skipif(not EXAMPLE.is_dir(), reason="the shared REGENIE example is not here")
def test_read_loco__reads_regenies_own() -> None:
    file = read_loco(EXAMPLE / "fit_qt_1.loco")
    assert len(file.people) == 494
    assert file.chromosomes == (*map(str, range(1, 23)), "X")
    assert not file.values[0].any()
    assert file.of(_people(("101", "101")))[1, 0] == -0.155154
