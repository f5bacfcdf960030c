"""Files of a run: whole or not at all, and a description only of the table beside it."""

import json
from pathlib import Path

import polars as pl
import pytest

from services.mixed_models import RequestError
from services.mixed_models.run_files import check_out, genotype_files, write_scan

TABLE = pl.DataFrame({"rsid": ["rs1", "rs2"]})


def test_write_scan__a_failure_leaves_no_description_of_another_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table, about = write_scan(tmp_path / "x", TABLE, {"settings": 1})
    before = table.read_bytes()
    assert json.loads(about.read_text())["table"]["rows"] == 2

    def fail(*_words: object, **_more: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(pl.DataFrame, "write_parquet", fail)
    with pytest.raises(OSError, match="disk full"):
        write_scan(tmp_path / "x", TABLE.head(1), {"settings": 2})
    assert [path.name for path in tmp_path.iterdir()] == [table.name]
    assert table.read_bytes() == before


def test_check_out__a_folder_is_made_only_where_it_can_be(tmp_path: Path) -> None:
    check_out(None)
    check_out(tmp_path / "new" / "deeper" / "prefix")
    (tmp_path / "file").touch()
    with pytest.raises(RequestError, match=r"written to a folder; seen: .*file/prefix; give a prefix"):
        check_out(tmp_path / "file" / "prefix")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_genotype_files__name_what_is_read_beside_them(tmp_path: Path) -> None:
    for name in (
        "a.bed",
        "a.bim",
        "a.fam",
        "b.pgen",
        "b.pvar.zst",
        "b.psam",
        "c.bgen",
        "d.geno.txt.gz",
        "d.anno.txt.gz",
    ):
        (tmp_path / name).touch()

    def beside(name: str) -> list[str]:
        return [path.name for path in genotype_files(tmp_path / name)]

    assert beside("a.bed") == ["a.bed", "a.bim", "a.fam"]
    assert beside("b.pgen") == ["b.pgen", "b.pvar.zst", "b.psam"]
    assert beside("c.bgen") == ["c.bgen"]
    assert beside("d.geno.txt.gz") == ["d.geno.txt.gz", "d.anno.txt.gz"]
