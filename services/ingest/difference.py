"""What must change in the graph to turn one view into another: renamed and merged SNP nodes, nodes, edges, facts."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import polars as pl

from services.ingest.edge_tables import Schema, rows_unlike
from services.ingest.facets import NODE_FACETS, SNPS, Facet
from services.ingest.views import View

MOVE_SCHEMA: Final[Schema] = {
    "source": pl.String,
    "target": pl.String,
    "variants": pl.List(pl.String),
    "is_source_gone": pl.Boolean,
}


@dataclass(frozen=True)
class KeyChanges:
    """What happens to SNP nodes whose reported variants now belong elsewhere.

    Attributes
    ----------
    renames
        old_key, new_key: nodes that keep their edges and get another key.
    moves
        source, target, variants, is_source_gone: edges of the named reported variants go from one node to another.
    """

    renames: pl.DataFrame
    moves: pl.DataFrame


@dataclass(frozen=True)
class Rows:
    """Rows of one facet to write, and keys of rows to delete."""

    facet: Facet
    written: pl.DataFrame
    deleted: pl.DataFrame


def compare_keys(old: View, new: View, fresh_load_ids: Collection[str]) -> KeyChanges:
    """Find the SNP nodes that are renamed, and the edges that move from node to node.

    A node is renamed when all its reported variants go to one key that no other node has or needs; every other change
    moves edges.

    Parameters
    ----------
    old, new
        The view that the graph holds, and the one it shall hold.
    fresh_load_ids
        Loads whose edges were staged on the nodes of the new view.
    """
    both = (
        old.identities()
        .rename({"snp_key": "source"})
        .join(new.identities().rename({"snp_key": "target"}), on="reported_variant")
    )
    changed = both.filter(pl.col("source") != pl.col("target"))
    if changed.is_empty():
        return KeyChanges(pl.DataFrame(schema=_RENAME_SCHEMA), pl.DataFrame(schema=MOVE_SCHEMA))
    new_keys, old_keys = new.table(SNPS).select("key"), old.table(SNPS).select("key")
    taken = pl.concat([old_keys, *(_staged_keys(new, load_id) for load_id in fresh_load_ids)]).unique()
    renames = (
        both.group_by("source")
        .agg(pl.col("target").unique())
        .filter(pl.col("target").list.len() == 1)
        .select(old_key="source", new_key=pl.col("target").list.first())
        .join(new_keys, left_on="old_key", right_on="key", how="anti")
        .join(taken, left_on="new_key", right_on="key", how="anti")
        .sort("old_key")
        .unique("new_key", keep="first", maintain_order=True)
    )
    moves = (
        changed.join(renames, left_on="source", right_on="old_key", how="anti")
        .sort("reported_variant")
        .group_by("source", "target")
        .agg(variants="reported_variant")
        .join(new_keys.with_columns(is_kept=pl.lit(value=True)), left_on="source", right_on="key", how="left")
        .with_columns(is_source_gone=pl.col("is_kept").is_null())
        .sort("source", "target")
    )
    return KeyChanges(renames, moves.select(list(MOVE_SCHEMA)))


def compare_facet(old: View, new: View, facet: Facet, renames: pl.DataFrame) -> Rows:
    """Find the rows of one facet that are new or changed, and those that are no more.

    Rows that hang on a node that is no more are not named: they go with their node.
    """
    key = facet.keys[0]
    before, after = old.table(facet), new.table(facet)
    if "snps" in (facet.name, facet.nodes) and not renames.is_empty():
        renamed = before.join(renames, left_on=key, right_on="old_key", how="left")
        before = renamed.with_columns(pl.coalesce("new_key", key).alias(key)).select(before.columns)
    written = rows_unlike(after, before)
    deleted = before.select(facet.keys).join(after.select(facet.keys), on=facet.keys, how="anti")
    if facet.nodes:
        nodes = new.table(_node_facet(facet))
        deleted = deleted.join(nodes.select(key), on=key, how="semi")
    return Rows(facet, written, deleted)


def new_keys(old: View, new: View, facet: Facet, renames: pl.DataFrame) -> pl.DataFrame:
    """Keys of the nodes that the graph does not have yet, by any name."""
    key = facet.keys[0]
    keys = new.table(facet).select(key).join(old.table(facet).select(key), on=key, how="anti")
    return keys.join(renames, left_on=key, right_on="new_key", how="anti") if facet is SNPS else keys


_RENAME_SCHEMA: Final = {"old_key": pl.String, "new_key": pl.String}


def _staged_keys(new: View, load_id: str) -> pl.DataFrame:
    path = new.edges(load_id)
    if not path.exists():
        return pl.DataFrame(schema={"key": pl.String})
    return pl.scan_parquet(path).select(key="snp_key").drop_nulls().unique().collect(engine="streaming")


def _node_facet(facet: Facet) -> Facet:
    return next(node for node in NODE_FACETS if node.name == facet.nodes)
