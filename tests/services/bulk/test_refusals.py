"""What a first load at size refuses before it touches anything, and an importer that fails."""

from collections.abc import Iterator
from pathlib import Path

import neo4j
import pytest

from services.bulk import StoreBusy
from services.bulk.claiming import check_room
from services.bulk.loading import refuse_clients
from services.graph.errors import DiskFull, ImportFailed
from services.graph.importer import ImporterFile, import_arguments, import_database
from services.graph.local_server import start, stop
from services.settings import Settings, read_settings
from tests.services.graph.conftest import managed_settings


@pytest.fixture(scope="module")
def own_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    settings = managed_settings(tmp_path_factory.mktemp("refusals"), read_settings().jar_cache_folder)
    yield settings
    stop(settings)


def test_check_room__names_what_is_needed_and_what_is_free(tmp_path: Path) -> None:
    check_room(tmp_path, 10, 10, 0)
    with pytest.raises(DiskFull, match=r"1,000 nodes and 1,000,000,000,000 edges takes about 1500000.0 GB"):
        check_room(tmp_path, 1000, 10**12, 0)


def test_import_arguments__say_when_fields_span_lines() -> None:
    plain = ImporterFile(Path("snps.csv"), "SNP", True, 3)
    broken = ImporterFile(Path("mqtl.csv"), "MQTL", False, 3, has_line_breaks=True)
    assert import_arguments([plain], "neo4j")[-1] == "--nodes=SNP=snps.csv"
    assert "--multiline-fields=true" not in import_arguments([plain], "neo4j")
    words = import_arguments([plain, broken], "graph")
    assert words[:4] == ["database", "import", "full", "graph"]
    assert words[-3:] == ["--multiline-fields=true", "--nodes=SNP=snps.csv", "--relationships=MQTL=mqtl.csv"]


@pytest.mark.store
@pytest.mark.timeout(900)
def test_refuse_clients__while_another_program_uses_the_server(own_settings: Settings, tmp_path: Path) -> None:
    address = start(own_settings).address
    auth = (address.user, address.password.get_secret_value())
    with neo4j.GraphDatabase.driver(address.uri, auth=auth) as driver:
        driver.verify_connectivity()
        with pytest.raises(StoreBusy, match="locusgraph serve"):
            refuse_clients(own_settings)
    refuse_clients(own_settings)
    (tmp_path / "nodes.csv").write_text(":ID,name:no_such_type\n1,a\n")
    with pytest.raises(ImportFailed, match=r"import ended with code [1-9]"):
        import_database(own_settings, [ImporterFile(tmp_path / "nodes.csv", "SNP", True, 1)], "neo4j")
    assert not list(own_settings.graph_folder.glob("importing-*"))
