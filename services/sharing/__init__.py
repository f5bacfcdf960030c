"""The graph and lists of candidates as files for others, with release, settings, versions and licences beside them.

What a model trains on is another export: ``services.export``.
"""

from services.sharing.candidates import export_candidates
from services.sharing.errors import ExportError
from services.sharing.graph import GraphExport, export_graph

__all__ = ["ExportError", "GraphExport", "export_candidates", "export_graph"]
