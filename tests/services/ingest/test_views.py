"""Views on the disk: those of an earlier schema version are read as they would be written now."""

from pathlib import Path

import polars as pl

from services.ingest.facets import SNP_ANNOTATIONS, SNPS
from services.ingest.views import View


def test_view__of_an_earlier_version_has_todays_columns(tmp_path: Path) -> None:
    pl.DataFrame({"key": ["a"], "rsids": [["rs1"]], "ld_score": [2.5]}).write_parquet(tmp_path / "snps.parquet")
    view = View("000001", (), tmp_path)
    table = view.table(SNPS)
    assert table.columns == list(SNPS.schema)
    assert table.row(0, named=True)["reported_ld_score"] == 2.5
    assert table.row(0, named=True)["place_source"] is None
    assert view.table(SNP_ANNOTATIONS).schema == pl.Schema(SNP_ANNOTATIONS.schema)
