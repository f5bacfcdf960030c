"""kill -9 in the middle of a first load: the graph stays one that readers see empty, and the same command loads it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.bulk import bulk_load
from services.graph.errors import SchemaError
from services.graph.local_server import stop
from services.graph.opening import open_store
from services.graph.setup import prepare_database
from services.graph.store import Store
from services.ingest import ingest_manifest
from services.releases import NO_RELEASE, current_release
from services.settings import Settings, read_settings
from tests.conftest import Cypher
from tests.services.bulk.killed_load import kill_load
from tests.services.bulk.whole_graph import read_whole, run_on
from tests.services.graph.conftest import managed_settings
from tests.services.ingest.tiny import evidence, site, write_manifest, write_study

pytestmark = [pytest.mark.store, pytest.mark.slow, pytest.mark.timeout(1800)]


@pytest.fixture
def own_settings(tmp_path: Path) -> Iterator[Settings]:
    settings = managed_settings(tmp_path / "own", read_settings().jar_cache_folder)
    yield settings
    stop(settings)


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    places = [f"1:{1000 + 10 * i}" for i in range(60)]
    return write_manifest(
        tmp_path,
        write_study(tmp_path, "places", "positions", [site(f"rs{i}", place) for i, place in enumerate(places)]),
        write_study(
            tmp_path, "blood", "mqtl", [evidence(f"rs{i}", p, "A/G", f"cg{i % 7:08d}") for i, p in enumerate(places)]
        ),
        write_study(tmp_path, "height", "gwas", [evidence(f"rs{i}", alleles="A/G", beta=-0.1) for i in range(50)]),
    ).path


def test_kill__same_command_loads_what_ingest_loads(
    store: Store, settings: Settings, cypher: Cypher, own_settings: Settings, manifest: Path
) -> None:
    from loaders.manifest import read_manifest

    ingest_manifest(store, settings, read_manifest(manifest))
    expected = read_whole(cypher)
    assert kill_load(own_settings, manifest, "importing")
    stop(own_settings)  # it ends with the process that started it, a moment later
    with open_store(own_settings) as opened:
        assert current_release(opened) == NO_RELEASE
        assert opened.read("setup/count_nodes") == [{"n_nodes": 1}]
    stop(own_settings)
    assert kill_load(own_settings, manifest, "making constraints")
    stop(own_settings)  # it ends with the process that started it, a moment later
    with open_store(own_settings) as opened:
        assert current_release(opened) == NO_RELEASE
        with pytest.raises(SchemaError, match=r"interrupted before it was complete.*load --bulk"):
            prepare_database(opened, "GRCh37")
    stop(own_settings)
    assert kill_load(own_settings, manifest, "switching the release")
    stop(own_settings)  # it ends with the process that started it, a moment later
    report = bulk_load(own_settings, read_manifest(manifest))
    assert report.n_edges["MQTL"] == 60
    assert read_whole(lambda text: run_on(own_settings, text)) == expected
    assert not list(own_settings.graph_folder.glob("importing-*"))
