"""Writes small graphs straight into the store, as the ingest would leave them, for tests of what reads them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Cypher = Callable[..., list[dict[str, Any]]]

LOADS = ("blocks-load", "eqtl-load", "eqtm-load", "gwas-load", "mqtl-load")

_NODES = {
    "LDBlock": "UNWIND $rows AS row MERGE (n:LDBlock {block_id: row.block_id}) SET n += row",
    "SNP": "UNWIND $rows AS row MERGE (n:SNP {key: row.key}) SET n += row",
    "CpG": "UNWIND $rows AS row MERGE (n:CpG {cpg_id: row.cpg_id}) SET n += row",
    "Gene": "UNWIND $rows AS row MERGE (n:Gene {gene_id: row.gene_id}) SET n += row",
    "Trait": "UNWIND $rows AS row MERGE (n:Trait {trait_id: row.trait_id}) SET n += row",
    "Annotation": "UNWIND $rows AS row MERGE (n:Annotation {annotation_id: row.annotation_id}) SET n += row",
}
_EDGES = {
    "MQTL": "UNWIND $rows AS row MATCH (a:SNP {key: row.start}) MATCH (b:CpG {cpg_id: row.end}) "
    "CREATE (a)-[e:MQTL]->(b) SET e = row.properties",
    "EQTL": "UNWIND $rows AS row MATCH (a:SNP {key: row.start}) MATCH (b:Gene {gene_id: row.end}) "
    "CREATE (a)-[e:EQTL]->(b) SET e = row.properties",
    "ASSOCIATED_WITH": "UNWIND $rows AS row MATCH (a:SNP {key: row.start}) MATCH (b:Trait {trait_id: row.end}) "
    "CREATE (a)-[e:ASSOCIATED_WITH]->(b) SET e = row.properties",
    "EQTM": "UNWIND $rows AS row MATCH (a:CpG {cpg_id: row.start}) MATCH (b:Gene {gene_id: row.end}) "
    "CREATE (a)-[e:EQTM]->(b) SET e = row.properties",
    "IN_LD_BLOCK": "UNWIND $rows AS row MATCH (a:SNP {key: row.start}) MATCH (b:LDBlock {block_id: row.end}) "
    "CREATE (a)-[e:IN_LD_BLOCK]->(b) SET e = row.properties",
    "IN_ANNOTATION": "UNWIND $rows AS row MATCH (a:SNP {key: row.start}) "
    "MATCH (b:Annotation {annotation_id: row.end}) CREATE (a)-[e:IN_ANNOTATION]->(b) SET e = row.properties",
}
_RELEASE = (
    "OPTIONAL MATCH (old:Release) WITH max(old.number) AS last, collect(old) AS olds "
    "FOREACH (old IN olds | SET old.is_current = false) "
    "CREATE (:Release {number: coalesce(last, 0) + 1, is_current: true, load_ids: $load_ids, run_ids: $run_ids, "
    "created_at: datetime(), reason: 'test'})"
)


@dataclass
class GraphRows:
    """Rows of nodes and edges, collected first and written at once."""

    nodes: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {label: [] for label in _NODES})
    edges: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {kind: [] for kind in _EDGES})

    def block(self, number: int, *, chromosome: str = "1", size_bp: int = 1_000_000, is_pseudo: bool = False) -> str:
        """Add an LD block of a chromosome: the `number`-th stretch of `size_bp`."""
        start, end = number * size_bp + 1, (number + 1) * size_bp
        block_id = f"GRCh37:{chromosome}:{start}-{end}"
        row = {"block_id": block_id, "build": "GRCh37", "chromosome": chromosome, "start_bp": start, "end_bp": end}
        load = {} if is_pseudo else {"load_id": "blocks-load", "study_id": "blocks"}
        self.nodes["LDBlock"].append({**row, **load, "is_pseudo": is_pseudo})
        return block_id

    def snp(self, position_bp: int, *, chromosome: str = "1", block: str | None = None, **properties: Any) -> str:
        """Add a SNP, in a block where one is named."""
        key = f"GRCh37:{chromosome}:{position_bp}:A:G"
        place = {"chromosome": chromosome, "position_bp": position_bp, "build": "GRCh37"}
        self.nodes["SNP"].append({"key": key, "rsids": [], **place, **properties})
        if block is not None:
            self.edge("IN_LD_BLOCK", key, block, load_id="blocks-load", study_id="blocks")
        return key

    def unplaced_snp(self, rsid: str) -> str:
        """Add a SNP that nothing places."""
        self.nodes["SNP"].append({"key": rsid, "rsids": [rsid], "flags": ["unplaced"]})
        return rsid

    def cpg(self, cpg_id: str, position_bp: int | None = None, *, chromosome: str = "1") -> str:
        """Add a CpG."""
        place = {"chromosome": chromosome, "position_bp": position_bp, "build": "GRCh37"} if position_bp else {}
        self.nodes["CpG"].append({"cpg_id": cpg_id, **place})
        return cpg_id

    def gene(self, gene_id: str, tss_bp: int | None = None, *, chromosome: str = "1") -> str:
        """Add a gene."""
        place = {"chromosome": chromosome, "tss_bp": tss_bp, "start_bp": tss_bp, "build": "GRCh37"} if tss_bp else {}
        self.nodes["Gene"].append({"gene_id": gene_id, **place})
        return gene_id

    def trait(self, trait_id: str) -> str:
        """Add a trait."""
        self.nodes["Trait"].append({"trait_id": trait_id, "name": trait_id})
        return trait_id

    def evidence(self, kind: str, start: str, end: str, z_score: float | None, **properties: Any) -> None:
        """Add a measured edge; -log10 p follows from z (about z²/2/ln 10) unless given."""
        load_id = {"MQTL": "mqtl-load", "EQTL": "eqtl-load", "ASSOCIATED_WITH": "gwas-load", "EQTM": "eqtm-load"}[kind]
        neg_log10_p = 0.2171 * z_score**2 + 1 if z_score is not None else 50.0
        given = {"load_id": load_id, "z_score": z_score, "neg_log10_p": neg_log10_p, "is_superseded": False}
        self.edge(kind, start, end, **{**given, **properties})

    def edge(self, kind: str, start: str, end: str, **properties: Any) -> None:
        """Add any edge; one with evidence gets a key of its own."""
        key = {"edge_key": f"{kind}{len(self.edges[kind])}{start}{end}"} if "is_superseded" in properties else {}
        self.edges[kind].append({"start": start, "end": end, "properties": {**key, **properties}})

    def write(self, cypher: Cypher, *, load_ids: Iterable[str] = LOADS, run_ids: Iterable[str] = ()) -> None:
        """Write everything, and a current release of these loads."""
        for label, text in _NODES.items():
            cypher(text, rows=self.nodes[label])
        for kind, text in _EDGES.items():
            cypher(text, rows=self.edges[kind])
        write_release(cypher, load_ids, run_ids)


def write_release(cypher: Cypher, load_ids: Iterable[str], run_ids: Iterable[str] = ()) -> None:
    """Make a release of these loads and runs the current one."""
    cypher(_RELEASE, load_ids=list(load_ids), run_ids=list(run_ids))


def planted_modules(
    *, n_modules: int = 5, n_loci: int = 8, n_cpgs: int = 10, n_genes: int = 2, share: float = 0.6, seed: int = 1
) -> GraphRows:
    """A graph with modules: loci on different chromosomes that act on the same CpGs and genes; one trait a module.

    The trait ``trait-m`` has significant SNPs at the first three loci of module m.
    """
    rng = np.random.default_rng(seed)
    rows = GraphRows()
    for module in range(n_modules):
        cpgs = [rows.cpg(f"cg{module:02}{i:04}", 100_000_000 + 1_000_000 * module + 50_000 * i) for i in range(n_cpgs)]
        genes = [rows.gene(f"ENSG{module:04}{i:07}", 200_000_000 + 100_000 * i + module) for i in range(n_genes)]
        trait = rows.trait(f"trait-{module}")
        for locus in range(n_loci):
            chromosome = str(locus + 1)
            block = rows.block(3 * module + 1, chromosome=chromosome)
            start = (3 * module + 1) * 1_000_000
            snps = [rows.snp(start + 1000 * (i + 1), chromosome=chromosome, block=block) for i in range(2)]
            _act_on(rows, rng, snps, cpgs, "MQTL", share)
            _act_on(rows, rng, snps, genes, "EQTL", share)
            if locus < 3:
                rows.evidence("ASSOCIATED_WITH", snps[0], trait, 7.0)
    return rows


def _act_on(
    rows: GraphRows, rng: np.random.Generator, snps: list[str], molecules: list[str], kind: str, share: float
) -> None:
    for molecule in molecules:
        if rng.random() < share:
            for snp in snps[: 1 + int(rng.random() < 0.5)]:
                rows.evidence(kind, snp, molecule, float(rng.normal(9, 1)))
