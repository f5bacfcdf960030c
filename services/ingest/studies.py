"""Lists the loaded studies."""

from dataclasses import asdict, dataclass
from typing import Any

from services.graph.store import Store
from services.releases import current_release


@dataclass(frozen=True)
class LoadedStudy:
    """One study that readers see.

    Attributes
    ----------
    study_id, kind, build, statistics, citation, licence
        As in its manifest.
    load_id
        Its active load.
    n_read, n_written, n_skipped, n_refused
        Rows of its files, and what became of them.
    created_at
        When the load was prepared.
    """

    study_id: str
    kind: str
    build: str | None
    statistics: str | None
    citation: str | None
    licence: str | None
    load_id: str
    n_read: int
    n_written: int
    n_skipped: int
    n_refused: int
    created_at: str

    def to_dict(self) -> dict[str, Any]:
        """Render as plain JSON values."""
        return asdict(self)


def list_studies(store: Store) -> tuple[LoadedStudy, ...]:
    """The studies of the current release, by id."""
    rows = store.read("ingest/list_studies", load_ids=list(current_release(store).load_ids))
    return tuple(LoadedStudy(**row) for row in rows)
