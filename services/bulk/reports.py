"""What a first load at size did."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.ingest import IngestReport


@dataclass(frozen=True)
class BulkReport:
    """What became of every study, how much was imported, and how long each step took.

    Attributes
    ----------
    ingest
        As an ordinary load reports it: every row under one reason, the release, the SNPs.
    n_nodes, n_edges
        Imported, by label and type.
    seconds
        Wall time by step: prepare, view, files, import, start, constraints, switch.
    files_bytes
        Size of the importer's files.
    """

    ingest: IngestReport
    n_nodes: Mapping[str, int]
    n_edges: Mapping[str, int]
    seconds: Mapping[str, float]
    files_bytes: int = 0

    @property
    def edges_per_second(self) -> float:
        """Edges imported a second of the import step; 0 where another server imported."""
        seconds = self.seconds.get("import", 0.0)
        return sum(self.n_edges.values()) / seconds if seconds else 0.0

    def to_dict(self) -> dict[str, Any]:
        """Render as plain JSON values."""
        return {
            **self.ingest.to_dict(),
            "nodes": dict(self.n_nodes),
            "edges": dict(self.n_edges),
            "seconds": {name: round(value, 3) for name, value in self.seconds.items()},
            "edges_per_second_of_import": round(self.edges_per_second),
            "importer_files_bytes": self.files_bytes,
        }


@dataclass(frozen=True)
class ImporterFiles:
    """What was written for another server's operator.

    Attributes
    ----------
    folder
        Where the files lie.
    ingest
        What became of every row; nothing is in the graph yet.
    n_nodes, n_edges
        In the files, by label and type.
    files_bytes
        Their size.
    commands
        What the operator gives, in this order.
    """

    folder: Path
    ingest: IngestReport
    n_nodes: Mapping[str, int]
    n_edges: Mapping[str, int]
    files_bytes: int
    commands: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Render as plain JSON values."""
        return {
            **self.ingest.to_dict(),
            "folder": str(self.folder),
            "nodes": dict(self.n_nodes),
            "edges": dict(self.n_edges),
            "importer_files_bytes": self.files_bytes,
            "commands": list(self.commands),
        }
