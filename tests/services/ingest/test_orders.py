"""The order of loads does not matter: five small files in every order, and a removal at the end."""

from itertools import permutations
from pathlib import Path

import polars as pl
import pytest

from services.graph.store import Store
from services.ingest import ingest_manifest, remove_study
from services.ingest.identities import resolve
from services.ingest.preparation import Limits, prepare_load
from services.ingest.records import LoadRecord, load_id_of
from services.ingest.sources import read_observations, read_sites
from services.ingest.state import StateFolder
from services.settings import Settings
from tests.conftest import Cypher
from tests.services.ingest.five_files import FIVE, write_five
from tests.services.ingest.tiny import dump, write_manifest

ORDERS = list(permutations(FIVE))
STORE_ORDERS = [ORDERS[number] for number in (0, 11, 22, 33, 44, 55, 66, 77, 88, 99, 110, 119)]
REMOVED = "positioned"

EXPECTED = {
    "rs1|A:G": "GRCh37:1:1000:A:G",
    "GRCh37:1:1000:A:G": "GRCh37:1:1000:A:G",
    "GRCh37:1:1000:A:G|rs1": "GRCh37:1:1000:A:G",
    "rs2": "rs2",
    "GRCh37:1:2000:A:C|rs2": "GRCh37:1:2000:A:C",
    "GRCh37:1:2000:A:G|rs2": "GRCh37:1:2000:A:G",
    "rs3": "GRCh37:2:3000:A:G",
    "rs3|A:G": "GRCh37:2:3000:A:G",
    "rs4|A:C": "GRCh37:4:400:A:C",
    "GRCh37:4:400:A:C|rs4": "GRCh37:4:400:A:C",
    "rs5|D:I": "GRCh37:3:500:A:AT",
    "GRCh37:3:500:D:I": "GRCh37:3:500:D:I",
}


@pytest.fixture
def prepared(tmp_path: Path) -> tuple[StateFolder, dict[str, LoadRecord]]:
    state, entries = StateFolder(tmp_path / "state"), write_five(tmp_path / "files")
    manifest = write_manifest(tmp_path / "files", *entries.values())
    loads = {
        spec.id: prepare_load(spec, load_id_of(spec, spec.id, "GRCh37"), state, Limits("GRCh37"))
        for spec in manifest.studies
    }
    return state, loads


def test_resolve__gives_the_keys_worked_out_by_hand(prepared) -> None:
    state, loads = prepared
    records = list(loads.values())
    observations = read_observations(state, records)
    sites = read_sites(state, records, observations, reference_build="GRCh37")
    found = resolve(observations, sites, reference_build="GRCh37").mapping
    assert dict(found.iter_rows()) == EXPECTED


def test_resolve__is_the_same_in_all_120_orders(prepared) -> None:
    state, loads = prepared
    parts = {name: read_observations(state, [loads[name]]) for name in FIVE}
    every = read_observations(state, list(loads.values()))
    sites = read_sites(state, list(loads.values()), every, reference_build="GRCh37")
    results = set()
    for number, order in enumerate(ORDERS):
        shuffled = sites.sample(fraction=1.0, shuffle=True, seed=number)
        resolution = resolve(pl.concat([parts[name] for name in order]), shuffled, reference_build="GRCh37")
        results.add(repr(resolution.mapping.rows()) + repr(resolution.variants.rows()))
    assert len(results) == 1


@pytest.mark.slow
@pytest.mark.store
def test_ingest__gives_the_same_graph_in_any_order(
    store: Store, settings: Settings, cypher: Cypher, tmp_path: Path
) -> None:
    files = tmp_path / "files"
    entries = write_five(files)
    manifests = {name: write_manifest(files, entry, name=f"{name}.toml") for name, entry in entries.items()}
    without = [name for name in FIVE if name != REMOVED]
    ingest_manifest(store, settings, write_manifest(files, *(entries[name] for name in without)))
    without_one = dump(cypher)
    ingest_manifest(store, settings, manifests[REMOVED])
    complete = dump(cypher)
    for name in FIVE:
        remove_study(store, settings, name)
    assert not cypher("MATCH (n) WHERE NOT n:Release AND NOT n:SchemaVersion RETURN n LIMIT 1")
    for number, order in enumerate(STORE_ORDERS):
        cypher("MATCH (n) DETACH DELETE n")
        settings = settings.model_copy(update={"home": tmp_path / f"home-{number}"})
        for name in order:
            ingest_manifest(store, settings, manifests[name])
        assert dump(cypher) == complete, order
        remove_study(store, settings, REMOVED)
        assert dump(cypher) == without_one, order
