"""Loading studies into the graph, replacing and removing them, and repairing what a kill left."""

from services.ingest.errors import ForeignStore, IngestBusy, IngestError, StateDamaged, UnknownStudy, WrongBuild
from services.ingest.loading import check_manifest, ingest_manifest
from services.ingest.removal import remove_study
from services.ingest.reports import IngestReport, LoadOutcome
from services.ingest.studies import LoadedStudy, list_studies
from services.ingest.sweeping import repair_state as repair

__all__ = [
    "ForeignStore",
    "IngestBusy",
    "IngestError",
    "IngestReport",
    "LoadOutcome",
    "LoadedStudy",
    "StateDamaged",
    "UnknownStudy",
    "WrongBuild",
    "check_manifest",
    "ingest_manifest",
    "list_studies",
    "remove_study",
    "repair",
]
