"""The files of an exported graph: one a kind of node or edge, with the columns that the registry gives it."""

from collections.abc import Mapping
from dataclasses import dataclass

from graph_schema import EDGES, NODES
from graph_schema.properties import Property, PropertyType

_S = PropertyType.STRING
LEFT_OUT_NODES = ("Load", "Release", "ScheduledRun")
"""Bookkeeping: what they say stands in the manifest."""
_FILE_NAMES = {"CpG": "cpg", "LDBlock": "ld_block", "ModelRun": "model_run"}
_ENDS = (
    Property("source_kind", _S, "Label of the node that the edge leaves."),
    Property("source", _S, "Its key."),
    Property("target_kind", _S, "Label of the node that the edge reaches."),
    Property("target", _S, "Its key."),
)


@dataclass(frozen=True, slots=True)
class Part:
    """One file.

    Attributes
    ----------
    name
        Of the file, without its suffix, and of its query (``sharing/...``).
    kind, what
        Label or edge type; ``node``, ``measured edge`` or ``predicted edge``.
    meaning
        One sentence.
    columns
        In order.
    """

    name: str
    kind: str
    what: str
    meaning: str
    columns: tuple[Property, ...]

    @property
    def types(self) -> Mapping[str, PropertyType]:
        """Type of every column, by name."""
        return {column.name: column.type for column in self.columns}


def list_parts() -> tuple[Part, ...]:
    """Every file: nodes first, then measured and predicted edges, in the registry's order."""
    nodes = [
        Part(f"nodes_{_FILE_NAMES.get(label, label.lower())}", label, "node", node.meaning, _shown(node.properties))
        for label, node in NODES.items()
        if label not in LEFT_OUT_NODES
    ]
    edges = [
        Part(
            f"edges_{edge.type.lower()}",
            edge.type,
            "measured edge" if edge.is_measured else "predicted edge",
            edge.meaning,
            (*_ENDS, *_shown(edge.properties)),
        )
        for edge in EDGES.values()
    ]
    return (*nodes, *edges)


def _shown(properties: tuple[Property, ...]) -> tuple[Property, ...]:
    """Without what is on its way to readers, and each name once."""
    return tuple({one.name: one for one in properties if not one.name.startswith("staged_")}.values())
