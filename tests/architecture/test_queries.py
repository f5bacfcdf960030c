"""Every query file, planned by the real server: no unknown label, property or missing index goes unseen."""

import re

import pytest

from graph_schema import EDGES, NODES
from services.graph.store import Store
from tests.architecture.test_shape import QUERIES, _name

KNOWN_LABELS = {*NODES, "SchemaVersion"}
WORD_AFTER_COLON = re.compile(r"[(\[]\w*:([A-Za-z_|&!]+)")


@pytest.mark.store
@pytest.mark.parametrize("path", QUERIES, ids=_name)
def test_query__is_planned_without_a_warning(path, store: Store) -> None:
    text = path.read_text(encoding="utf-8")
    warnings = store.explain(f"{path.parent.name}/{path.stem}")
    assert not warnings, f"{text}\n{warnings}"


@pytest.mark.parametrize("path", QUERIES, ids=_name)
def test_query__names_only_what_the_registry_knows(path) -> None:
    code = "\n".join(
        line for line in path.read_text(encoding="utf-8").splitlines() if not line.lstrip().startswith("//")
    )
    names = {name for found in WORD_AFTER_COLON.findall(code) for name in re.split(r"[|&!]", found) if name}
    assert names <= KNOWN_LABELS | set(EDGES)
