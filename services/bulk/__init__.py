"""The first load of an empty graph at size, by Neo4j's own importer; the graph is the one that ``ingest`` makes."""

from services.bulk.errors import BulkError, ImportIncomplete, NotPrepared, StoreBusy, StoreNotEmpty
from services.bulk.external import finish_for_operator, write_for_operator
from services.bulk.loading import bulk_load
from services.bulk.reports import BulkReport, ImporterFiles

__all__ = [
    "BulkError",
    "BulkReport",
    "ImportIncomplete",
    "ImporterFiles",
    "NotPrepared",
    "StoreBusy",
    "StoreNotEmpty",
    "bulk_load",
    "finish_for_operator",
    "write_for_operator",
]
