"""Which loads stay in the graph though readers of the current release do not see them: those of kept releases.

The newest releases stay readable (setting ``kept_releases``). What they measured stays as edges of its loads; of genes,
CpGs, traits, LD blocks, categories, panels and positions the graph holds what the current release has, and no more.
"""

from collections.abc import Collection

from services.graph.store import Store
from services.ingest.records import EDGE_KINDS, LoadRecord, find_record
from services.ingest.state import StateFolder
from services.ingest.views import View
from services.releases import current_release
from services.settings import Settings


def kept_after_switch(store: Store, settings: Settings, old: View, load_ids: Collection[str]) -> tuple[LoadRecord, ...]:
    """Loads of evidence that must stay when `load_ids` become the active loads, sorted by id.

    Parameters
    ----------
    old
        The view that the graph holds; what it does not hold cannot be kept.
    """
    named = _loads_since(store, current_release(store).number + 2 - settings.kept_releases)
    wanted = sorted((named & {*old.held}) - {*load_ids})
    state = StateFolder(settings.home)
    found = (find_record(state, load_id) for load_id in wanted)
    return tuple(record for record in found if record is not None and record.kind in EDGE_KINDS)


def kept_references(store: Store, settings: Settings, load_ids: Collection[str]) -> set[str]:
    """Those of some loads that are no evidence and that a kept release names: their nodes and files stay."""
    named = _loads_since(store, current_release(store).number + 1 - settings.kept_releases)
    state = StateFolder(settings.home)
    found = (find_record(state, load_id) for load_id in {*load_ids} & named)
    return {record.load_id for record in found if record is not None and record.kind not in EDGE_KINDS}


def _loads_since(store: Store, number: int) -> set[str]:
    """Loads that a release with at least this number names and that were once switched on."""
    return {row["load_id"] for row in store.read("ingest/list_loads_since", number=number)}
