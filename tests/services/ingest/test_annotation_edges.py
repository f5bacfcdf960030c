import numpy as np
import polars as pl

from loaders.ldsc import columns_of_intervals
from services.ingest.derived import _annotate
from services.ingest.facets import SNP_ANNOTATIONS

SNPS = pl.DataFrame({
    "key": ["a", "b", "c"], "chromosome": ["1"] * 3, "position_bp": [10, 10, 30],
    "rsids": [["rs1"], ["rs2", "rs8"], []],
})  # fmt: skip
ROWS = pl.DataFrame({
    "annotation_id": ["x/in", "x/score", "x/score"], "name": ["in", "score", "score"], "chromosome": ["1"] * 3,
    "start_bp": [5, 10, 10], "end_bp": [10, 10, 10], "value": [None, 0.5, 1.0], "rsid": [None, "rs1", "rs8"],
})  # fmt: skip


def test_annotate__edges_are_the_columns_of_the_regressions():
    (edges,) = _annotate(SNPS, ROWS)
    assert sorted(edges.rows()) == [
        ("a", "x/in", None), ("a", "x/score", 0.5), ("b", "x/in", None), ("b", "x/score", 1.0),
    ]  # fmt: skip
    columns = columns_of_intervals(SNPS.rename({"rsids": "rsid"}), ROWS.drop("name").rename({"annotation_id": "name"}))
    assert edges.height == np.count_nonzero(columns.values)


def test_snp_annotations__carry_the_value():
    assert list(SNP_ANNOTATIONS.schema) == ["key", "annotation_id", "load_id", "study_id", "value"]
