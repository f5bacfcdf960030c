"""The search with a model that was really trained, on a graph with planted modules."""

from typing import Any

import pytest

from services.graph.store import Store
from services.search import CandidateOptions, find_candidates
from services.settings import Settings
from tests.conftest import Cypher
from tests.services.graph_rows import LOADS, planted_modules
from tests.services.search.world import World

pytestmark = pytest.mark.store


QUICK: dict[str, Any] = {"n_views": 3, "n_steps": 20, "n_dimensions": 8, "check_every": 5, "n_threads": 1}


@pytest.mark.slow
def test_find_candidates__finds_the_other_loci_of_a_planted_module(
    store: Store, settings: Settings, cypher: Cypher
) -> None:
    """Module m has loci at 3m + 1 Mb of chromosomes 1 to 8; trait m is known to act at the first three."""
    from services.training import train

    world = World(settings, rows=planted_modules())
    keys = [row["key"] for row in world.rows.nodes["SNP"]]
    planted = {key for key in keys if 7_000_000 < int(key.split(":")[2]) < 7_900_000 and int(key.split(":")[1]) > 3}
    world.study("gwas", "gwas", statistics="complete")
    world.table("gwas", {key: 6.0 if key in planted else 0.3 for key in keys}, trait="trait-2")
    world.load_ids |= set(LOADS)
    world.write(cypher)
    train(store, settings.model_copy(update={"pinsage": QUICK}), seed=1)
    report = find_candidates(store, settings, "trait-2", options=CandidateOptions(k=12, n_null_sets=100))
    assert (report.status, len(report.query_snps)) == ("tested", 3)
    assert report.run_id
    first = {candidate.key for candidate in report.candidates if candidate.is_significant}
    assert len(first & planted) >= 8
    assert {locus.chromosome for locus in report.novel_loci} <= {"4", "5", "6", "7", "8"}
    assert len(report.novel_loci) >= 4
    assert all(candidate.paths for candidate in report.candidates if candidate.key in planted)
    assert report.null is not None
    assert report.null.observed_survivors > report.null.survivors
