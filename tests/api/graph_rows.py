"""A small graph with every kind of node and edge, written as the ingest would leave it."""

import json
from collections.abc import Callable
from typing import Any

Cypher = Callable[..., list[dict[str, Any]]]

LOAD_IDS = ("genes-1", "blocks-1", "states-1", "godmc-1", "eqtl-1", "gwas-1", "eqtm-1", "height-1")
RUN_IDS = ("run-2",)
LEAD = "GRCh37:1:1000:A:G"
SECOND = "GRCh37:2:5000:A:C"
THIRD = "GRCh37:3:7000:A:T"
HIDDEN = "GRCh37:4:9000:A:G"

NODES: dict[str, list[dict[str, Any]]] = {
    "SNP": [
        {
            "key": LEAD,
            "rsids": ["rs1"],
            "chromosome": "1",
            "position_bp": 1000,
            "build": "GRCh37",
            "allele_1": "A",
            "allele_2": "G",
            "flags": [],
            "minor_allele_frequency": 0.25,
        },
        {"key": SECOND, "rsids": ["rs2", "rs22"], "chromosome": "2", "position_bp": 5000, "build": "GRCh37"},
        {"key": THIRD, "rsids": ["rs22"], "chromosome": "3", "position_bp": 7000, "build": "GRCh37"},
        {"key": HIDDEN, "rsids": ["rs4"], "chromosome": "4", "position_bp": 9000, "build": "GRCh37"},
    ],
    "CpG": [{"cpg_id": f"cg{n:08}", "chromosome": "1", "position_bp": 2000 + n, "build": "GRCh37"} for n in range(6)],
    "Gene": [
        {"gene_id": "ENSG00000000001", "symbol": "TP53", "biotype": "protein_coding", "chromosome": "1"},
        {"gene_id": "ENSG00000000002", "symbol": "TWIN", "chromosome": "1"},
        {"gene_id": "ENSG00000000003", "symbol": "TWIN", "chromosome": "2"},
    ],
    "Trait": [
        {"trait_id": "EFO:0000685", "name": "rheumatoid arthritis", "names": ["Rheumatoid arthritis"]},
        {"trait_id": "EFO:0004339", "name": "body height", "names": ["Height"], "synonyms": ["stature"]},
        {"trait_id": "a/depression", "name": "Depression", "names": ["Depression"], "study_id": "gwas-a"},
        {"trait_id": "b/depression", "name": "Depression", "names": ["Depression"], "study_id": "gwas-b"},
    ],
    "Annotation": [
        {"annotation_id": "states/Enh", "name": "Enh", "load_id": "states-1", "study_id": "states", "tissue": "liver"}
    ],
    "LDBlock": [
        {"block_id": "GRCh37:1:1-1000000", "chromosome": "1", "build": "GRCh37", "start_bp": 1, "end_bp": 1_000_000}
    ],
    "Study": [
        {
            "study_id": "godmc",
            "kind": "mqtl",
            "active_load_id": "godmc-1",
            "tissue": "whole blood",
            "build": "GRCh37",
            "citation": "Min 2021",
            "p_threshold": 1e-8,
        },
        {"study_id": "gwas", "kind": "gwas", "active_load_id": "gwas-1", "statistics": "truncated"},
        {"study_id": "height", "kind": "gwas", "active_load_id": "height-1", "statistics": "truncated"},
        {"study_id": "eqtl", "kind": "eqtl", "active_load_id": "eqtl-1"},
        {"study_id": "gone", "kind": "gwas", "active_load_id": "gone-1"},
    ],
    "Load": [
        {
            "load_id": "godmc-1",
            "study_id": "godmc",
            "status": "active",
            "n_read": 10,
            "n_written": 6,
            "n_skipped": 3,
            "n_refused": 1,
            "report": json.dumps({"skipped": {"below_threshold": 3}, "refused": {"bad_p": 1}, "flagged": {}}),
        }
    ],
    "ModelRun": [
        {
            "run_id": "run-2",
            "model": "pinsage",
            "status": "finished",
            "fingerprint": "f2",
            "seed": 1,
            "hit_at_50": 0.64,
            "metrics": json.dumps({"pinsage": {"hit@50": 0.64}}),
        }
    ],
}
KEYS = {
    "SNP": "key",
    "CpG": "cpg_id",
    "Gene": "gene_id",
    "Trait": "trait_id",
    "Annotation": "annotation_id",
    "LDBlock": "block_id",
    "Study": "study_id",
    "Load": "load_id",
    "ModelRun": "run_id",
}


def _evidence(load_id: str, key: str, neg_log10_p: float, **more: Any) -> dict[str, Any]:
    return {
        "edge_key": key,
        "load_id": load_id,
        "study_id": load_id.removesuffix("-1"),
        "reported_variant": key,
        "model": "default",
        "neg_log10_p": neg_log10_p,
        "is_superseded": False,
        "flags": [],
        "knowledge_level": "statistical_association",
        **more,
    }


EDGES: list[tuple[str, str, str, dict[str, Any]]] = [
    *(
        ("MQTL", LEAD, f"cg{n:08}", _evidence("godmc-1", f"m{n}", 10.0 + min(n, 4), cis_trans="cis" if n else "trans"))
        for n in range(6)
    ),
    ("MQTL", SECOND, "cg00000000", _evidence("godmc-1", "m9", 411.4948500216801, effect_allele="C", z_score=-43.2)),
    ("MQTL", SECOND, "cg00000001", _evidence("godmc-1", "m10", 323.0, flags=["p_lower_bound"])),
    ("MQTL", LEAD, "cg00000000", _evidence("staged-1", "staged", 99.0)),
    ("MQTL", LEAD, "cg00000001", {**_evidence("godmc-1", "superseded", 98.0), "is_superseded": True}),
    ("MQTL", HIDDEN, "cg00000001", _evidence("staged-1", "hidden", 97.0)),
    ("MQTL", THIRD, "cg00000005", _evidence("godmc-1", "m11", 9.0)),
    ("EQTL", LEAD, "ENSG00000000001", _evidence("eqtl-1", "e1", 20.0, cis_trans="cis")),
    ("EQTL", SECOND, "ENSG00000000001", _evidence("eqtl-1", "e2", 21.0, cis_trans="trans")),
    ("ASSOCIATED_WITH", LEAD, "EFO:0000685", _evidence("gwas-1", "a1", 12.0, reported_trait="RA", mapped_genes=["X"])),
    ("ASSOCIATED_WITH", SECOND, "EFO:0004339", _evidence("height-1", "a2", 15.0, other_models='{"are": {"p": 3}}')),
    ("ASSOCIATED_WITH", LEAD, "a/depression", _evidence("gwas-1", "a3", 9.0)),
    ("ASSOCIATED_WITH", LEAD, "b/depression", _evidence("height-1", "a4", 9.0)),
    ("EQTM", "cg00000000", "ENSG00000000001", _evidence("eqtm-1", "t1", 8.0, abs_z_score=6.0)),
    ("NEAR", LEAD, "ENSG00000000001", {"load_id": "genes-1", "study_id": "genes", "distance_bp": 0, "rank": 1}),
    ("NEAR", LEAD, "ENSG00000000002", {"load_id": "genes-1", "study_id": "genes", "distance_bp": 500, "rank": 2}),
    ("IN_LD_BLOCK", LEAD, "GRCh37:1:1-1000000", {"load_id": "blocks-1", "study_id": "blocks"}),
    ("IN_ANNOTATION", LEAD, "states/Enh", {"load_id": "states-1", "study_id": "states"}),
    *(
        (
            "PREDICTED_ASSOCIATION",
            snp,
            target,
            {
                "edge_key": f"{run}{snp}{target}",
                "run_id": run,
                "model": "pinsage",
                "rank": rank,
                "score": 1.0 / rank,
                "query_snps": [LEAD],
                "knowledge_level": "prediction",
            },
        )
        for snp, target, rank, run in (
            (SECOND, "EFO:0000685", 1, "run-2"),
            (THIRD, "EFO:0000685", 2, "run-2"),
            (SECOND, "cg00000003", 3, "run-2"),
            (SECOND, "ENSG00000000003", 4, "run-2"),
            (SECOND, "EFO:0004339", 1, "run-1"),
        )
    ),
]

_WRITE_NODES = "UNWIND $rows AS row CREATE (n:{label}) SET n = row"
_WRITE_EDGES = (
    "UNWIND $rows AS row MATCH (a:{start} {{{start_key}: row.start}}) MATCH (b:{end} {{{end_key}: row.end}}) "
    "CREATE (a)-[e:{kind}]->(b) SET e = row.properties"
)
_WRITE_RELEASE = (
    "MERGE (r:Release {number: $number}) SET r.is_current = true, r.load_ids = $load_ids, r.run_ids = $run_ids, "
    "r.created_at = datetime('2025-01-02T03:04:05Z') WITH r MATCH (o:Release) WHERE o <> r SET o.is_current = false"
)


def write_graph(cypher: Cypher) -> None:
    """Write all nodes and edges, and release 3 of them."""
    for label, rows in NODES.items():
        cypher(_WRITE_NODES.format(label=label), rows=rows)
    for (kind, start, end), rows in _edges_by_kind().items():
        text = _WRITE_EDGES.format(kind=kind, start=start, start_key=KEYS[start], end=end, end_key=KEYS[end])
        cypher(text, rows=rows)
    write_release(cypher, 3)


def write_release(cypher: Cypher, number: int) -> None:
    """Make a release of the same loads and runs the current one."""
    cypher(_WRITE_RELEASE, number=number, load_ids=list(LOAD_IDS), run_ids=list(RUN_IDS))


def _edges_by_kind() -> dict[tuple[str, str, str], list[dict[str, Any]]]:
    label_of = {row[KEYS[label]]: label for label, rows in NODES.items() for row in rows}
    grouped: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for kind, start, end, properties in EDGES:
        rows = grouped.setdefault((kind, label_of[start], label_of[end]), [])
        rows.append({"start": start, "end": end, "properties": properties})
    return grouped
