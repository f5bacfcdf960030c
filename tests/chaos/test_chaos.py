"""The faults' own means, small: a bad network under a load, a full disk, and tables that tell good from bad."""

import errno
from pathlib import Path

import pytest

from services.graph.errors import StoreError
from services.graph.store import Store
from services.settings import Settings
from tests.chaos.__main__ import _read, summarise
from tests.chaos.loading import leftovers
from tests.chaos.proxy import BadNetwork, Proxy
from tests.chaos.surroundings import small_disk
from tests.chaos.trials import Trial, chance_of
from tests.chaos.work import run_command, write_commands
from tests.conftest import Cypher
from tests.services.ingest.tiny import dump


@pytest.mark.slow
@pytest.mark.store
@pytest.mark.parametrize("cut_after", [(0, 2_000), (20_000, 20_000)])
def test_load__through_a_cutting_network_ends_clearly_and_can_be_repeated(
    store: Store, settings: Settings, cypher: Cypher, tmp_path: Path, cut_after: tuple[int, int]
) -> None:
    command = write_commands(tmp_path, n_rows=60)[0]
    port = int(str(settings.neo4j_uri).rsplit(":", 1)[1])
    network = BadNetwork(latency_seconds=0.001, cut_after=cut_after)
    with Proxy(port, network, seed=1) as proxy:
        update = {"neo4j_uri": f"bolt://127.0.0.1:{proxy.port}", "neo4j_retry_seconds": 2.0}
        if cut_after[0] == 0:
            with pytest.raises(StoreError, match="does not answer"):
                run_command(settings.model_copy(update=update), command)
        else:
            try:
                run_command(settings.model_copy(update=update), command)
            except StoreError as error:
                assert "does not answer" in str(error)
        assert proxy.n_cut > 0
    run_command(settings, command)
    after = dump(cypher)
    run_command(settings, command)
    assert dump(cypher) == after
    assert len([edge for edge in after["edges"] if edge["type"] == "MQTL"]) == 60
    assert leftovers(cypher) == []


@pytest.mark.store
def test_leftovers__finds_what_no_reader_may_see(store: Store, cypher: Cypher) -> None:
    cypher("CREATE (:Release {is_current: true, number: 1, load_ids: ['a'], run_ids: []})")
    cypher(
        "UNWIND range(1, 2) AS i CREATE (:SNP {key: toString(i)})-[:MQTL {load_id: 'b', edge_key: toString(i)}]->"
        "(:CpG {cpg_id: toString(i)})"
    )
    assert leftovers(cypher) == ["2 edges of an inactive load"]


def test_small_disk__is_full_soon(tmp_path: Path) -> None:
    with small_disk(64) as (folder, how):
        assert how in ("tmpfs", "RLIMIT_FSIZE")
        if how == "tmpfs":
            with pytest.raises(OSError, match="No space") as caught:
                (folder / "big").write_bytes(b"x" * (1 << 20))
            assert caught.value.errno == errno.ENOSPC
        (folder / "big").unlink(missing_ok=True)
        (folder / "small").write_bytes(b"x" * 1000)
    assert not (folder / "small").exists()


def test_summarise__counts_hits_and_keeps_problems(tmp_path: Path) -> None:
    trials = [
        Trial("loader", 0, 1, recover_seconds=1.0, n_looks=3),
        Trial("loader", 1, 1, recover_seconds=3.0, problems=["2 edges twice"]),
        Trial("loader", 2, 1, was_killed=False, recover_seconds=9.0),
    ]
    found = summarise([trial.to_dict() for trial in trials])
    assert found["kills"] == 2
    part = found["parts"]["loader"]
    assert (part["trials"], part["hit"], part["recovered"], part["seconds_max"], part["looks"]) == (3, 2, 1, 3.0, 3)
    assert [row["number"] for row in part["problems"]] == [1]
    assert chance_of(trials[0]).random() == chance_of(Trial("loader", 0, 1)).random() != chance_of(trials[1]).random()


def test_state__of_another_seed_is_not_taken(tmp_path: Path) -> None:
    state = tmp_path / "state.jsonl"
    state.write_text('{"part": "loader", "number": 0, "seed": 1}\n{"part": "loa')
    assert list(_read(state, 1)) == [("loader", 0)]
    assert not _read(state, 2)
