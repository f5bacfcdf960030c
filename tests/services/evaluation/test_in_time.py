"""S4 on a real store: planted modules whose later loci must be found."""

import json
from datetime import date
from typing import Any

import pytest

from services.evaluation.in_time import InTimeOptions, evaluate_in_time
from services.graph.store import Store
from services.settings import Settings
from tests.conftest import Cypher
from tests.services.graph_rows import GraphRows, planted_modules

pytestmark = pytest.mark.store

QUICK: dict[str, Any] = {
    "n_views": 3, "n_steps": 20, "n_dimensions": 8, "check_every": 5, "checkpoint_every": 5, "n_warmup_steps": 2,
    "n_threads": 1,
}  # fmt: skip


def dated_modules() -> GraphRows:
    """Each module's first three loci are known in 2010, its fourth to sixth are published in 2014."""
    rows = planted_modules(n_cpgs=20, share=0.7)
    for edge in rows.edges["ASSOCIATED_WITH"]:
        edge["properties"]["publication_date"] = "2010-05-01"
    for module in range(5):
        start = (3 * module + 1) * 1_000_000
        for chromosome in ("4", "5", "6"):
            snp = f"GRCh37:{chromosome}:{start + 1000}:A:G"
            rows.evidence("ASSOCIATED_WITH", snp, f"trait-{module}", 7.0, publication_date="2014-01-01")
    rows.evidence("ASSOCIATED_WITH", "GRCh37:7:1001000:A:G", "trait-4", 9.0)
    return rows


@pytest.mark.slow
def test_evaluate_in_time__finds_the_later_loci_of_planted_modules(
    store: Store, settings: Settings, cypher: Cypher
) -> None:
    dated_modules().write(cypher)
    quick = settings.model_copy(update={"pinsage": QUICK})
    report = evaluate_in_time(store, quick, InTimeOptions(seeds=(0, 1), n_bootstrap=200))
    assert report.fates["ranked"] == 15
    assert (report.n_traits, report.n_traits_ranked) == (5, 5)
    found = {row.method: row.measures for row in report.rows if row.subset == "all"}
    assert found["PinSage"]["recall@10"].estimate > 0.9
    assert found["PinSage"]["MRR"].estimate > found["popularity"]["MRR"].estimate + 0.1
    assert found["PinSage"]["MRR"].estimate > found["nearest position"]["MRR"].estimate + 0.1
    assert json.loads(json.dumps(report.to_json()))["cutoff"] == "2013-01-01"
    assert [len(table.rows) for table in report.tables()] == [6, 6, 6, 8]


@pytest.mark.slow
def test_evaluate_in_time__without_later_loci_has_no_figures(store: Store, settings: Settings, cypher: Cypher) -> None:
    dated_modules().write(cypher)
    quick = settings.model_copy(update={"pinsage": QUICK})
    report = evaluate_in_time(store, quick, InTimeOptions(cutoff=date(2015, 1, 1), seeds=(0,), n_bootstrap=20))
    assert report.rows == ()
    assert report.n_traits_after == 0
    assert [table.rows for table in report.tables()[1:]] == [()]
