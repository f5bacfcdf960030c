"""Tiny studies as files, and a canonical dump of the whole graph to compare by."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from loaders.manifest import Manifest, read_manifest
from services.ingest import IngestReport, ingest_manifest
from tests.conftest import Cypher

NOT_COMPARED = {"created_at", "switched_at", "store_id", "settings", "finished_at"}

QTL_COLUMNS = (
    '{ rsid = "rsid", chromosome = "chr", position_bp = "pos", effect_allele = "ea", other_allele = "oa", '
    'effect_size = "beta", standard_error = "se", effect_allele_frequency = "eaf", p_value = "p", n_samples = "n", '
    '%s = "target" }'
)
POSITIONS_COLUMNS = (
    '{ rsid = "rsid", chromosome = "chr", position_bp = "pos", allele_1 = "a1", allele_2 = "a2", ld_score = "l2", '
    'minor_allele_frequency = "maf" }'
)
TARGET_OF_KIND = {"mqtl": "cpg", "eqtl": "gene", "gwas": "trait"}


def evidence(
    rsid: str = "",
    place: str = "",
    alleles: str = "A/G",
    target: str = "T1",
    *,
    beta: float = 0.5,
    p: float = 1e-12,
    eaf: float | str = 0.3,
    n: int = 1000,
) -> dict[str, Any]:
    """One evidence row; `place` is chr:pos, `alleles` effect/other."""
    chromosome, _, position = place.partition(":")
    effect, _, other = alleles.partition("/")
    return {
        "rsid": rsid, "chr": chromosome, "pos": position, "ea": effect, "oa": other, "beta": beta, "se": abs(beta) / 7,
        "eaf": eaf, "p": p, "n": n, "target": target,
    }  # fmt: skip


def site(rsid: str, place: str, alleles: str = "", *, l2: float | str = "", maf: float | str = "") -> dict[str, Any]:
    """One row of a positions source."""
    chromosome, _, position = place.partition(":")
    first, _, second = alleles.partition("/")
    return {"rsid": rsid, "chr": chromosome, "pos": position, "a1": first, "a2": second, "l2": l2, "maf": maf}


def write_study(folder: Path, study_id: str, kind: str, rows: Iterable[Mapping[str, Any]], **keys: object) -> str:
    """Write one study's file; its ``[[study]]`` entry."""
    folder.mkdir(parents=True, exist_ok=True)
    listed = list(rows)
    names = list(listed[0])
    lines = ["\t".join(names), *("\t".join(_cell(row[name]) for name in names) for row in listed)]
    (folder / f"{study_id}.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    settings = {"build": "GRCh37", **({"p_threshold": 1e-5} if kind in TARGET_OF_KIND else {}), **keys}
    columns = settings.pop("columns", None) or columns_of(kind)
    written = [f"{name} = {_toml(value)}" for name, value in settings.items() if value is not None]
    head = ["[[study]]", f'id = "{study_id}"', f'kind = "{kind}"', f'path = "{study_id}.tsv"']
    return "\n".join([*head, *written, *([f"columns = {columns}"] if columns else [])])


def columns_of(kind: str) -> str:
    if kind in TARGET_OF_KIND:
        return QTL_COLUMNS % TARGET_OF_KIND[kind]
    return {
        "positions": POSITIONS_COLUMNS,
        "genes": '{ gene = "gene", symbol = "symbol", chromosome = "chr", start_bp = "start", end_bp = "end", '
        'strand = "strand" }',
        "cpgs": '{ cpg = "cpg", chromosome = "chr", position_bp = "pos" }',
        "traits": '{ trait = "trait", name = "name" }',
        "eqtm": '{ cpg = "cpg", gene = "gene", z_score = "z", p_value = "p" }',
    }.get(kind, "")


def write_manifest(folder: Path, *entries: str, name: str = "studies.toml") -> Manifest:
    """Write a manifest of some entries and read it."""
    path = folder / name
    path.write_text("\n\n".join(entries) + "\n", encoding="utf-8")
    return read_manifest(path)


def ingest(store: Any, settings: Any, folder: Path, *entries: str) -> IngestReport:
    """Load some entries."""
    return ingest_manifest(store, settings, write_manifest(folder, *entries))


def dump(cypher: Cypher) -> dict[str, list[Any]]:
    """Everything in the graph but times and old releases, in a canonical order."""
    nodes = cypher(
        "MATCH (n) WHERE NOT n:Release AND NOT n:SchemaVersion RETURN labels(n) AS labels, properties(n) AS properties"
    )
    edges = cypher(
        "MATCH (a)-[e]->(b) RETURN type(e) AS type, properties(e) AS properties, "
        "labels(a)[0] + coalesce(a.key, a.cpg_id) AS start, "
        "labels(b)[0] + coalesce(b.cpg_id, b.gene_id, b.trait_id, b.block_id, b.annotation_id) AS end"
    )
    release = cypher("MATCH (r:Release) WHERE r.is_current RETURN r.load_ids AS load_ids")
    return {
        "nodes": sorted((_plain(node) for node in nodes), key=repr),
        "edges": sorted((_plain(edge) for edge in edges), key=repr),
        "release": release,
    }


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in sorted(row["properties"].items()) if name not in NOT_COMPARED}
    return {**row, "properties": kept}


def _cell(value: object) -> str:
    return "" if value is None else str(value)


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)
