"""Leads of a scan: the strongest SNP of each locus."""

import polars as pl

from services.mixed_models.scan_table import choose_leads

TABLE = pl.DataFrame(
    {
        "chromosome": ["1", "1", "1", "2", None, None, "2"],
        "position_bp": [100, 180, 300, 100, None, 100, 5000],
        "rsid": ["a", "b", "c", "d", "e", "f", "g"],
        "neg_log10_p_wald": [8.0, 9.0, 7.0, 6.0, 5.5, 5.2, None],
    }
)


def leads(table: pl.DataFrame, n_top: int, locus_bp: int) -> list[str]:
    return choose_leads(table, "wald", n_top=n_top, locus_bp=locus_bp)["rsid"].to_list()


def test_choose_leads__one_a_locus_strongest_first() -> None:
    assert leads(TABLE, 6, 100) == ["b", "c", "d", "e", "f"]
    assert leads(TABLE, 6, 120) == ["b", "d", "e", "f"]
    assert leads(TABLE, 2, 120) == ["b", "d"]


def test_choose_leads__looks_at_weak_ones_where_strong_ones_are_few() -> None:
    weak = TABLE.with_columns(pl.Series("neg_log10_p_wald", [1.0, 2.0, 0.5, 6.0, 0.2, 0.1, 0.3]))
    assert leads(weak, 1, 100) == ["d"]
    assert leads(weak, 3, 100) == ["d", "b", "c"]


def test_choose_leads__many_strong_snps_of_one_locus_are_one_lead() -> None:
    """a, b and c lie together: three strong SNPs are no three leads."""
    strong = TABLE.with_columns(pl.Series("neg_log10_p_wald", [6.0, 8.0, 7.0, 1.0, 0.2, 0.1, 0.3]))
    assert leads(strong, 2, 120) == ["b", "d"]


def test_choose_leads__none_of_none() -> None:
    assert leads(TABLE.clear(), 5, 100) == []
    assert leads(TABLE, 0, 100) == []
