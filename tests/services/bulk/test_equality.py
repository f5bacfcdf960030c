"""The first load at size and the ordinary one make the same graph, node by node and edge by edge."""

from collections.abc import Iterator

import pytest

from loaders.manifest import Manifest, read_manifest
from loaders.simulation import CohortSize, DemoSize, write_demo
from services.bulk import BulkReport, StoreNotEmpty, bulk_load
from services.graph.local_server import find_running, stop
from services.graph.opening import open_store
from services.graph.store import Store
from services.ingest import ingest_manifest
from services.settings import Settings, read_settings
from tests.conftest import Cypher
from tests.services.bulk.whole_graph import read_whole, run_on
from tests.services.graph.conftest import managed_settings

pytestmark = [pytest.mark.store, pytest.mark.timeout(1800)]

SMALL = DemoSize(
    n_blocks=88, snps_per_block=4, n_cpgs=160, n_genes=40, n_modules=3, loci_per_module=8, cpgs_per_module=20,
    genes_per_module=4, n_hubs=6, molecules_per_hub=4, n_traits=3, n_panel_people=50,
    cohort=CohortSize(n_snps=2_200, n_people=400, n_first=300, n_second=200, n_panel_people=100),
)  # fmt: skip


@pytest.fixture(scope="module")
def bulk_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings of a managed server of its own, stopped at the end."""
    settings = managed_settings(tmp_path_factory.mktemp("bulk"), read_settings().jar_cache_folder)
    yield settings
    stop(settings)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    folder = tmp_path_factory.mktemp("demo")
    write_demo(folder, seed=5, size=SMALL)
    return read_manifest(folder / "studies.toml")


@pytest.fixture(scope="module")
def report(bulk_settings: Settings, demo: Manifest) -> BulkReport:
    return bulk_load(bulk_settings, demo)


def test_bulk_load__makes_the_graph_that_ingest_makes(
    store: Store, settings: Settings, cypher: Cypher, bulk_settings: Settings, demo: Manifest, report: BulkReport
) -> None:
    ordinary = ingest_manifest(store, settings, demo)
    expected, found = read_whole(cypher), read_whole(lambda text: run_on(bulk_settings, text))
    assert sum(map(len, expected["nodes"].values())) > 500
    assert {*expected["edges"]} >= {"MQTL", "EQTL", "ASSOCIATED_WITH", "EQTM", "NEAR", "IN_LD_BLOCK", "IN_ANNOTATION"}
    for what in ("nodes", "edges", "schema"):
        assert {name: len(rows) for name, rows in found[what].items()} == {
            name: len(rows) for name, rows in expected[what].items()
        }
        assert found[what] == expected[what]
    rows = [(load.study_id, load.status, load.report.to_dict()) for load in ordinary.loads]
    assert [(load.study_id, load.status, load.report.to_dict()) for load in report.ingest.loads] == rows
    assert (report.ingest.release, report.ingest.n_snps) == (ordinary.release, ordinary.n_snps)


def test_bulk_load__leaves_a_state_that_ingest_goes_on_from(
    bulk_settings: Settings, demo: Manifest, report: BulkReport
) -> None:
    with open_store(bulk_settings) as store:
        again = ingest_manifest(store, bulk_settings, demo)
        assert {load.status for load in again.loads} == {"unchanged"}
        assert again.release == report.ingest.release
    assert not list(bulk_settings.home.glob("*.partial"))
    assert not list(bulk_settings.graph_folder.glob("importing-*"))


def test_bulk_load__refuses_a_graph_that_is_not_empty(
    bulk_settings: Settings, demo: Manifest, report: BulkReport
) -> None:
    before = run_on(bulk_settings, "MATCH (n) RETURN count(n) AS n")
    n_edges = report.n_edges["MQTL"]
    with pytest.raises(StoreNotEmpty, match=rf"holds .*{n_edges:,} MQTL.*locusgraph ingest"):
        bulk_load(bulk_settings, demo)
    assert find_running(bulk_settings) is not None
    assert run_on(bulk_settings, "MATCH (n) RETURN count(n) AS n") == before
