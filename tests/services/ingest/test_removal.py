"""Removing studies."""

from pathlib import Path

import pytest

from services.graph.store import Store
from services.ingest import UnknownStudy, ingest_manifest, remove_study
from services.settings import Settings
from tests.conftest import Cypher
from tests.services.ingest.five_files import write_five
from tests.services.ingest.tiny import dump, write_manifest

pytestmark = pytest.mark.store


def test_remove_study__leaves_the_graph_as_if_it_had_never_been_loaded(
    store: Store, settings: Settings, cypher: Cypher, tmp_path: Path
) -> None:
    entries = write_five(tmp_path)
    ingest_manifest(store, settings, write_manifest(tmp_path, *list(entries.values())[:4]))
    before, files_before = dump(cypher), sorted(path.name for path in (settings.home / "loads").iterdir())
    ingest_manifest(store, settings, write_manifest(tmp_path, *entries.values()))
    assert dump(cypher) != before
    removed = remove_study(store, settings, "second-allele")
    assert removed.study_id == "second-allele"
    assert dump(cypher) == before
    assert sorted(path.name for path in (settings.home / "loads").iterdir()) == files_before


def test_remove_study__unknown_id_names_the_nearest(store: Store, settings: Settings, tmp_path: Path) -> None:
    ingest_manifest(store, settings, write_manifest(tmp_path, *write_five(tmp_path).values()))
    with pytest.raises(UnknownStudy, match="no loaded study is called 'positionned': did you mean positioned"):
        remove_study(store, settings, "positionned")


def test_remove_study__empty_graph_has_none(store: Store, settings: Settings) -> None:
    with pytest.raises(UnknownStudy, match="see `locusgraph studies list`"):
        remove_study(store, settings, "anything")
