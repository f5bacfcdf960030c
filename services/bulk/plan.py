"""What is left to do once the importer's files are written: kept beside them, for the command that finishes."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Self

from services.bulk.errors import NotPrepared
from services.graph.importer import ImporterFile
from services.ingest.state import write_json

PLAN_NAME: Final = "load.json"


@dataclass(frozen=True)
class BulkPlan:
    """One first load whose files are written.

    Attributes
    ----------
    view
        Name of the view that the files hold.
    store_id
        Of the graph they are meant for.
    reason
        What the release will say made it.
    load_ids
        The loads that become active.
    n_nodes, n_edges
        By label and by type, as the graph must hold them after the import.
    seconds
        How long each step took so far.
    """

    view: str
    store_id: str
    reason: str
    load_ids: tuple[str, ...]
    n_nodes: dict[str, int]
    n_edges: dict[str, int]
    seconds: dict[str, float]

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read the plan of a folder.

        Raises
        ------
        NotPrepared
            When the folder holds none.
        """
        path = folder / PLAN_NAME
        try:
            values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            return cls(**{**values, "load_ids": tuple(values["load_ids"])})
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise NotPrepared(
                f"{folder} is no folder that 'locusgraph load --bulk' wrote to its end ({path.name}: {error}): name "
                "that folder, or write it again"
            ) from error

    def write(self, folder: Path) -> None:
        """Write it; it is whole or absent."""
        write_json(folder / PLAN_NAME, asdict(self))


def count_rows(files: Sequence[ImporterFile], *, is_nodes: bool) -> dict[str, int]:
    """Rows of the files of nodes, or of edges, by label or type."""
    counted: Counter[str] = Counter()
    for file in files:
        if file.is_nodes == is_nodes:
            counted[file.name] += file.n_rows
    return dict(sorted(counted.items()))
