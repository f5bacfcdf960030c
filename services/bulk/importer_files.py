"""A view as the importer's files: the nodes and edges that the incremental path would write, in the same words."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from graph_schema.constraints import VERSION_LABEL
from services.bulk.importer_tables import END_COLUMN, ID_COLUMN, START_COLUMN, write_table
from services.graph.importer import ImporterFile
from services.graph.setup import UNFINISHED_VERSION
from services.ingest.facets import DERIVED_FACETS, NODE_FACETS, Facet
from services.ingest.graph_rows import edge_frames, storable
from services.ingest.records import EDGE_KINDS, EDGES_NAME, KIND_ORDER, LoadRecord
from services.ingest.state import StateFolder
from services.ingest.views import View

SLICE_ROWS: Final = 500_000
LABEL_OF_FACET: Final = {
    "snps": "SNP", "cpgs": "CpG", "genes": "Gene", "traits": "Trait", "blocks": "LDBlock", "annotations": "Annotation",
}  # fmt: skip
_TYPE_OF_KIND: Final = {"mqtl": "MQTL", "eqtl": "EQTL", "gwas": "ASSOCIATED_WITH", "eqtm": "EQTM"}
_ENDS_OF_KIND: Final = {
    "mqtl": ("snps", "cpgs"), "eqtl": ("snps", "genes"), "gwas": ("snps", "traits"), "eqtm": ("cpgs", "genes"),
}  # fmt: skip
_END_OF_DERIVED: Final = {
    "snp_genes": ("NEAR", "genes"), "cpg_genes": ("NEAR", "genes"), "snp_blocks": ("IN_LD_BLOCK", "blocks"),
    "cpg_blocks": ("IN_LD_BLOCK", "blocks"), "snp_annotations": ("IN_ANNOTATION", "annotations"),
}  # fmt: skip
_KNOWLEDGE_LEVEL: Final = "statistical_association"
_NUMBER: Final = "__number"
Report = Callable[[int], None]


@dataclass(frozen=True)
class GraphIdentity:
    """What the graph's own node says.

    Attributes
    ----------
    reference_build, store_id
        As the graph and its state folder have them.
    created_at
        Time of its creation, in ISO form.
    """

    reference_build: str
    store_id: str
    created_at: str


def write_importer_files(
    folder: Path,
    state: StateFolder,
    records: Sequence[LoadRecord],
    view: View,
    identity: GraphIdentity,
    *,
    on_rows: Report | None = None,
) -> tuple[ImporterFile, ...]:
    """Write a view as files of nodes and edges.

    Parameters
    ----------
    folder
        An empty folder.
    records
        The loads of the view.
    on_rows
        Called with the number of rows of every piece that was written.

    Returns
    -------
    tuple
        The files that hold rows, nodes first.
    """
    numbers: dict[str, pl.DataFrame] = {}
    files = [*_write_nodes(folder, view, numbers, on_rows), *_write_internal(folder, records, identity, numbers)]
    for facet in DERIVED_FACETS:
        kind, end = _END_OF_DERIVED[facet.name]
        frames = iter([_derived_frame(view.table(facet), facet, numbers, end)])
        files.append(write_table(folder / f"{facet.name}.csv", kind, frames, is_nodes=False, on_rows=on_rows))
    for record in sorted(records, key=lambda record: (KIND_ORDER.index(record.kind), record.study_id)):
        if record.kind in EDGE_KINDS:
            path = folder / f"edges-{record.load_id}.csv"
            frames = _evidence_frames(state, record, view, numbers)
            files.append(write_table(path, _TYPE_OF_KIND[record.kind], frames, is_nodes=False, on_rows=on_rows))
    return tuple(file for file in files if file is not None)


def _write_nodes(
    folder: Path, view: View, numbers: dict[str, pl.DataFrame], on_rows: Report | None
) -> Iterator[ImporterFile | None]:
    """Number the nodes of every facet one after another, and write them."""
    first = 0
    for facet in NODE_FACETS:
        rows = storable(view.table(facet)).with_row_index(ID_COLUMN, offset=first).cast({ID_COLUMN: pl.Int64})
        key = facet.keys[0]
        numbers[facet.name] = rows.select(key, pl.col(ID_COLUMN).alias(_NUMBER))
        first += rows.height
        label = LABEL_OF_FACET[facet.name]
        yield write_table(folder / f"{facet.name}.csv", label, iter([rows]), is_nodes=True, on_rows=on_rows)


def _write_internal(
    folder: Path, records: Sequence[LoadRecord], identity: GraphIdentity, numbers: Mapping[str, pl.DataFrame]
) -> Iterator[ImporterFile | None]:
    """The graph's own node, which says that a change is under way, and the loads, staged until the switch."""
    first = sum(frame.height for frame in numbers.values())
    schema = pl.DataFrame(
        {
            ID_COLUMN: [first],
            "name": ["locusgraph"],
            "version": [UNFINISHED_VERSION],
            "reference_build": [identity.reference_build],
            "store_id": [identity.store_id],
            "created_at:datetime": [identity.created_at],
            "changing": [f"load {', '.join(record.study_id for record in records)}"],
            "n_changes": [1],
        }
    )
    yield write_table(folder / "schema.csv", VERSION_LABEL, iter([schema]), is_nodes=True)
    load_ids = [record.load_id for record in records]
    loads = pl.DataFrame({"load_id": load_ids, "status": "staging"}).with_row_index(ID_COLUMN, offset=first + 1)
    yield write_table(folder / "loads.csv", "Load", iter([loads]), is_nodes=True)


def _derived_frame(rows: pl.DataFrame, facet: Facet, numbers: Mapping[str, pl.DataFrame], end: str) -> pl.DataFrame:
    start_key, end_key = facet.keys
    joined = _join_number(storable(rows), start_key, numbers[facet.nodes], START_COLUMN)
    return _ends_first(_join_number(joined, end_key, numbers[end], END_COLUMN).drop(start_key, end_key))


def _evidence_frames(
    state: StateFolder, record: LoadRecord, view: View, numbers: Mapping[str, pl.DataFrame]
) -> Iterator[pl.DataFrame]:
    """The edges of one load in pieces, with what all of them share."""
    start, end = _ENDS_OF_KIND[record.kind]
    edges, facts = state.load(record.load_id) / EDGES_NAME, view.edges(record.load_id)
    shared = [
        pl.lit(record.load_id).alias("load_id"),
        pl.lit(record.study_id).alias("study_id"),
        pl.lit(_KNOWLEDGE_LEVEL).alias("knowledge_level"),
    ]
    for frame in edge_frames(record.kind, record.load_id, edges, facts, slice_rows=SLICE_ROWS):
        source, target = frame.columns[1:3]
        joined = _join_number(frame, source, numbers[start], START_COLUMN)
        joined = _join_number(joined, target, numbers[end], END_COLUMN).drop(source, target)
        yield _ends_first(joined).with_columns(shared)


def _join_number(rows: pl.DataFrame, column: str, numbers: pl.DataFrame, name: str) -> pl.DataFrame:
    """Add the numbers of the nodes that a column names; the rows keep their order."""
    named = numbers.select(pl.col(numbers.columns[0]).alias(column), pl.col(_NUMBER).alias(name))
    return rows.join(named, on=column, how="left", maintain_order="left")


def _ends_first(rows: pl.DataFrame) -> pl.DataFrame:
    """An edge needs both its nodes: one whose node is not there is left out, as the staging queries leave it out."""
    return rows.drop_nulls([START_COLUMN, END_COLUMN]).select(
        START_COLUMN, END_COLUMN, pl.exclude(START_COLUMN, END_COLUMN)
    )
