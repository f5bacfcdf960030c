import numpy as np
import polars as pl
import pytest

from loaders.errors import FormatError
from loaders.ldsc import columns_of_intervals, gene_set_intervals, merge_intervals

GENES = pl.DataFrame({"gene": ["G1", "G2", "G3"], "symbol": ["A", "B", None], "chromosome": ["1", "2", None],
                      "start_bp": [50, 1000, None], "end_bp": [80, 1100, None]})  # fmt: skip


def intervals(*rows, **columns):
    names = ("name", "chromosome", "start_bp", "end_bp", *columns)
    return pl.DataFrame(list(rows), schema=names, orient="row")


def slow_columns(snps, table):
    """Every SNP against every interval."""
    names = sorted(set(table["name"]))
    found = np.zeros((snps.height, len(names)), dtype=np.float32)
    for at, snp in enumerate(snps.iter_rows(named=True)):
        for row in table.iter_rows(named=True):
            if (
                row["chromosome"] == snp["chromosome"]
                and row["start_bp"] <= (snp["position_bp"] or -1) <= row["end_bp"]
            ):
                found[at, names.index(row["name"])] = 1
    return found


def test_columns_of_intervals__as_the_slow_twin():
    rng = np.random.default_rng(3)
    snps = pl.DataFrame({"chromosome": rng.choice(["1", "2", "X"], 300), "position_bp": rng.integers(1, 400, 300)})
    start = rng.integers(1, 400, 60)
    table = pl.DataFrame({"name": rng.choice(["a", "b", "c"], 60), "chromosome": rng.choice(["1", "2"], 60),
                          "start_bp": start, "end_bp": start + rng.integers(0, 40, 60)})  # fmt: skip
    found = columns_of_intervals(snps, table)
    assert found.names == ("a", "b", "c")
    assert not found.is_continuous.any()
    np.testing.assert_array_equal(found.values, slow_columns(snps, table))


def test_columns_of_intervals__snps_that_share_a_position_are_not_doubled():
    """Quirk 10: the reference's make_annot gives more rows than SNPs where two share a position."""
    snps = pl.DataFrame({"chromosome": ["1"] * 4 + [None], "position_bp": [20, 10, 10, None, 10]})
    found = columns_of_intervals(snps, intervals(("a", "1", 5, 10), ("a", "1", 8, 12)))
    assert found.values.tolist() == [[0.0], [1.0], [1.0], [0.0], [0.0]]


def test_columns_of_intervals__ends_are_inside():
    snps = pl.DataFrame({"chromosome": ["1"] * 4, "position_bp": [4, 5, 10, 11]})
    assert columns_of_intervals(snps, intervals(("a", "1", 5, 10))).values[:, 0].tolist() == [0, 1, 1, 0]


@pytest.mark.parametrize("as_list", [False, True])
def test_columns_of_intervals__values_of_snps(as_list):
    ids = [["rs1", "rs9"], ["rs2"], ["rs3"], None] if as_list else ["rs1", "rs2", "rs3", None]
    snps = pl.DataFrame({"chromosome": ["1"] * 4, "position_bp": [10, 10, 20, 20], "rsid": ids})
    table = intervals(
        ("score", "1", 10, 10, 0.5, "rs1"), ("score", "1", 10, 10, -2.0, "rs2"), ("score", "1", 15, 25, 3.0, None),
        ("in", "1", 10, 10, None, "rs2"),
        value=pl.Float64, rsid=pl.String,
    )  # fmt: skip
    found = columns_of_intervals(snps, table)
    assert found.names == ("in", "score")
    assert found.is_continuous.tolist() == [False, True]
    assert found.values.tolist() == [[0, 0.5], [1, -2], [0, 3], [0, 3]]


def test_merge_intervals__touching_and_inside():
    start, end = merge_intervals(np.array([20, 1, 3, 11]), np.array([30, 10, 4, 12]))
    assert (start.tolist(), end.tolist()) == ([1, 20], [12, 30])


def test_gene_set_intervals__windows_and_symbols():
    found = gene_set_intervals(GENES, pl.Series(["G1", "B", "G3", "?"]), name="mine", window_bp=60)
    assert found.rows() == [("mine", "1", 1, 140), ("mine", "2", 940, 1160)]


def test_gene_set_intervals__no_gene_with_a_place():
    with pytest.raises(FormatError, match=r"at least one gene with a place; seen: ids such as G3; .*G1, G2.*set mine"):
        gene_set_intervals(GENES, pl.Series(["G3"]), name="mine", window_bp=0)
