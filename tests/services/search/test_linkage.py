"""Linkage from a panel, LD blocks or distance."""

from pathlib import Path

import numpy as np
import pytest

from services.search.ld_panel import LdPanel
from services.search.linkage import Linkage
from tests.services.search.panels import A, B, C, D, E, make_genotypes, write_panel
from tests.services.search.tables import snp_table

FAR = "GRCh37:2:1000000:A:G"


def _linkage(panel: LdPanel | None) -> Linkage:
    snps = snp_table([{"key": key, "block": block} for key, block in
                      [(A, "b1"), (B, "b1"), (C, "b2"), (D, "b2"), (E, ""), (FAR, "b9")]])  # fmt: skip
    return Linkage(snps, r_squared=0.1, window_bp=1_000_000, panel=panel)


def _linked(linkage: Linkage, lead: str, *others: str) -> list[bool]:
    return linkage.is_linked(linkage.snps.index[lead], linkage.snps.rows_of(others)).tolist()


def test_is_linked__without_a_panel_means_one_block_or_a_short_distance() -> None:
    linkage = _linkage(None)
    assert _linked(linkage, A, B, C, D, E, FAR) == [True, False, False, False, False]
    assert _linked(linkage, D, C, B, E) == [True, False, False]


def test_is_linked__in_the_panel_means_r_squared(tmp_path: Path) -> None:
    linkage = _linkage(write_panel(tmp_path, make_genotypes()))
    # A and E are the same genotypes, but 29 Mb apart; C is not correlated with A; D is not in the panel
    assert _linked(linkage, A, B, C, E) == [True, False, False]
    assert _linked(linkage, C, D, B) == [True, False]


def test_r_squared_between__agrees_with_corrcoef_on_complete_pairs(tmp_path: Path) -> None:
    linkage = _linkage(write_panel(tmp_path, make_genotypes()))
    genotypes = make_genotypes()
    seen = genotypes[B] != -127
    expected = np.corrcoef(genotypes[A][seen], genotypes[B][seen])[0, 1] ** 2
    rows = linkage.snps.rows_of([A, B])
    assert linkage.r_squared_between(rows[:1], rows[1:])[0, 0] == pytest.approx(expected)


def test_any_correlated__looks_at_every_known_snp_in_reach(tmp_path: Path) -> None:
    linkage = _linkage(write_panel(tmp_path, make_genotypes()))
    snps = linkage.snps.rows_of([B, C, D, E, FAR])
    assert linkage.any_correlated(snps, linkage.snps.rows_of([A])).tolist() == [True, False, False, False, False]
    assert linkage.any_correlated(snps, linkage.snps.rows_of([D])).tolist() == [False] * 5
    assert linkage.any_correlated(snps, linkage.snps.rows_of([])).tolist() == [False] * 5


def test_source_of__names_where_linkage_comes_from(tmp_path: Path) -> None:
    with_panel, without = _linkage(write_panel(tmp_path, make_genotypes())), _linkage(None)
    index = with_panel.snps.index
    assert with_panel.source_of(index[A]) == "r² of panel panel where it has both SNPs, else LD block"
    assert with_panel.source_of(index[D]) == "LD block"
    assert without.source_of(index[E]) == "distance up to 1,000,000 bp"
