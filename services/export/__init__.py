"""The snapshot that a model learns from, read from the current release."""

from services.export.bipartite import export_bipartite
from services.snapshot import Snapshot, SnapshotCounts, fingerprint_snapshot

__all__ = ["Snapshot", "SnapshotCounts", "export_bipartite", "fingerprint_snapshot"]
