"""The stages that whole runs share: counting, timing, measuring."""

import os

import pytest

from graph_schema import EDGES, NODES
from services.graph.store import Store
from services.pipeline.stages import Stopwatch, count_graph, measure_memory, peak_mib
from services.settings import Settings
from tests.conftest import Cypher
from tests.services.graph_rows import planted_modules


@pytest.mark.store
def test_count_graph__counts_every_label_and_type(store: Store, cypher: Cypher) -> None:
    rows = planted_modules(n_modules=1)
    rows.write(cypher)
    found = count_graph(store)
    assert set(found.nodes) == set(NODES)
    assert set(found.edges) == set(EDGES)
    assert (found.nodes["SNP"], found.nodes["CpG"], found.nodes["LDBlock"]) == (16, 10, 8)
    assert found.edges["MQTL"] == len(rows.edges["MQTL"])


def test_stopwatch__keeps_stages_in_order_even_when_one_fails() -> None:
    watch = Stopwatch()
    with watch.stage("first"):
        pass
    with pytest.raises(ValueError, match="stop"), watch.stage("second"):
        raise ValueError("stop")
    assert list(watch.seconds) == ["first", "second"]
    assert all(spent >= 0 for spent in watch.seconds.values())


def test_measure_memory__knows_this_program(settings: Settings) -> None:
    assert measure_memory(settings).program_mib > 10


def test_peak_mib__reads_a_process_and_knows_none_of_a_missing_one() -> None:
    assert (peak_mib(os.getpid()) or 0) > 10
    assert peak_mib(2**22 + 1) is None
