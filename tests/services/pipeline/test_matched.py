"""Matched random candidates: as many, alike, and away from what is known."""

import pytest

from services.graph.store import Store
from services.pipeline.matched import draw_matched_keys
from tests.conftest import Cypher
from tests.services.graph_rows import GraphRows
from tests.services.pipeline.made_up import candidate_report

pytestmark = pytest.mark.store


def _graph(cypher: Cypher) -> tuple[str, list[str], list[str]]:
    """A known SNP, ten SNPs with one CpG each, ten with three, of which two lie near the known one."""
    rows = GraphRows()
    known = rows.snp(1000, block=rows.block(0))
    cpgs = [rows.cpg(f"cg{number}") for number in range(3)]
    rows.evidence("MQTL", known, cpgs[0], 9.0)
    weak = [rows.snp(5_000_000 + number, chromosome="2") for number in range(10)]
    strong = [rows.snp(2000 + 3_000_000 * (number // 2)) for number in (0, 2, 4, 6, 8, 10, 12, 14, 16, 18)]
    for snp in weak:
        rows.evidence("MQTL", snp, cpgs[0], 9.0)
    for snp in strong:
        for cpg in cpgs:
            rows.evidence("MQTL", snp, cpg, 9.0)
    rows.write(cypher)
    return known, weak, strong


def test_draw_matched_keys__draws_from_the_same_strata_away_from_known_loci(store: Store, cypher: Cypher) -> None:
    known, weak, strong = _graph(cypher)
    report = candidate_report(query_snps=(known,))
    lists = draw_matched_keys(store, report, [weak[0], strong[5]], n_lists=50)
    assert all(len({*drawn} & {*weak}) == 1 and len({*drawn} & {*strong}) == 1 for drawn in lists)
    seen = {key for drawn in lists for key in drawn}
    assert seen == {*weak, *strong[1:]}


def test_draw_matched_keys__is_the_same_for_the_same_seed(store: Store, cypher: Cypher) -> None:
    known, weak, _ = _graph(cypher)
    report = candidate_report(query_snps=(known,))
    assert draw_matched_keys(store, report, weak[:2], n_lists=3) == draw_matched_keys(
        store, report, weak[:2], n_lists=3
    )


def test_draw_matched_keys__of_nothing_is_nothing(store: Store) -> None:
    assert draw_matched_keys(store, candidate_report(), [], n_lists=2) == [[], []]
