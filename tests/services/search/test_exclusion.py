"""Each exclusion on its own."""

import numpy as np
import pytest

from services.search.exclusion import (
    GeneSurroundings,
    Reason,
    Unplaced,
    distance_to_nearest,
    exclude,
    is_novelty_assessed,
)
from services.search.linkage import Linkage
from services.search.options import CandidateOptions
from services.search.snp_table import SnpTable
from tests.services.search.panels import write_panel
from tests.services.search.tables import snp_table

NOTHING = Unplaced((), 0, (), (), is_anywhere=False)


def _key(chromosome: int, position: int) -> str:
    return f"GRCh37:{chromosome}:{position}:A:G"


def _reasons(snps: SnpTable, hits: list[str], unplaced: Unplaced = NOTHING, panel=None) -> dict[str, Reason]:
    options = CandidateOptions()
    linkage = Linkage(snps, r_squared=0.1, window_bp=1_000_000, panel=panel)
    codes = exclude(snps, snps.rows_of(hits), unplaced, linkage, options)
    return {key: Reason(code) for key, code in zip(snps.keys, codes.tolist(), strict=True)}


@pytest.mark.parametrize(
    ("position", "reason"),
    [
        (10_000_000, Reason.NEAR_KNOWN_SNP),
        (9_000_000, Reason.NEAR_KNOWN_SNP),
        (11_000_000, Reason.NEAR_KNOWN_SNP),
        (8_999_999, Reason.KEPT),
        (11_000_001, Reason.KEPT),
    ],
)
def test_exclude__a_window_of_one_megabase(position: int, reason: Reason) -> None:
    snps = snp_table([{"key": _key(1, 10_000_000)}, {"key": _key(1, position)}, {"key": _key(2, position)}])
    found = _reasons(snps, [_key(1, 10_000_000)])
    assert found[_key(1, position)] == reason
    assert found[_key(2, position)] == Reason.KEPT


def test_exclude__the_same_block_beyond_the_window() -> None:
    snps = snp_table([
        {"key": _key(1, 10_000_000), "block": "b1"}, {"key": _key(1, 12_000_000), "block": "b1"},
        {"key": _key(1, 13_000_000), "block": "b2"}, {"key": _key(1, 14_000_000)},
    ])  # fmt: skip
    found = _reasons(snps, [_key(1, 10_000_000)])
    assert found[_key(1, 12_000_000)] == Reason.SAME_LD_BLOCK
    assert found[_key(1, 13_000_000)] == found[_key(1, 14_000_000)] == Reason.KEPT


def test_exclude__the_panel_decides_where_it_has_both(tmp_path) -> None:
    generator = np.random.default_rng(6)
    hit, same, other = (generator.integers(0, 3, 90).astype(np.int8) for _ in range(3))
    keys = [_key(1, position) for position in (10_000_000, 12_000_000, 13_000_000, 14_000_000)]
    panel = write_panel(tmp_path, {keys[0]: hit, keys[1]: hit.copy(), keys[2]: other})
    snps = snp_table([{"key": key, "block": "b1"} for key in keys])
    found = _reasons(snps, [keys[0]], panel=panel)
    assert [found[key] for key in keys[1:]] == [Reason.CORRELATED_WITH_KNOWN_SNP, Reason.KEPT, Reason.SAME_LD_BLOCK]
    assert same.size == 90


def test_exclude__around_the_gene_of_an_unplaced_hit() -> None:
    around = Unplaced((GeneSurroundings(3, 5_000, 9_000),), 1, (), (), is_anywhere=False)
    snps = snp_table([{"key": _key(3, 5_000)}, {"key": _key(3, 9_001)}, {"key": _key(4, 6_000)}])
    found = _reasons(snps, [], around)
    assert found[_key(3, 5_000)] == Reason.NEAR_GENE_OF_UNPLACED_SNP
    assert found[_key(3, 9_001)] == found[_key(4, 6_000)] == Reason.KEPT


def test_exclude__what_has_no_place() -> None:
    snps = snp_table([{"key": "rs1"}, {"key": "GRCh38:1:5:A:G"}])
    assert set(_reasons(snps, ["rs1"]).values()) == {Reason.NO_PLACE}


def test_distance_to_nearest__agrees_with_the_slow_twin() -> None:
    generator = np.random.default_rng(4)
    keys = {
        _key(int(c), int(p))
        for c, p in zip(generator.integers(1, 4, 300), generator.integers(1, 9_999, 300), strict=True)
    }
    snps = snp_table([{"key": key} for key in keys])
    hits = generator.choice(len(keys), 20, replace=False)
    expected = [
        min((abs(int(snps.position_bp[row] - snps.position_bp[hit])) for hit in hits
             if snps.chromosome[hit] == snps.chromosome[row]), default=np.inf)
        for row in range(len(keys))
    ]  # fmt: skip
    assert distance_to_nearest(snps, hits).tolist() == expected


def test_is_novelty_assessed__not_where_a_hit_may_lie() -> None:
    snps = snp_table([{"key": _key(3, 5)}, {"key": _key(4, 5)}])
    on_three = Unplaced((), 0, ("x",), (3,), is_anywhere=False)
    assert is_novelty_assessed(snps, NOTHING).tolist() == [True, True]
    assert is_novelty_assessed(snps, on_three).tolist() == [False, True]
    assert is_novelty_assessed(snps, Unplaced((), 0, ("x",), (), is_anywhere=True)).tolist() == [False, False]
