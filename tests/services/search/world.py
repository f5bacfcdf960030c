"""A small world for tests of the search: a graph, studies, a full GWAS table, an LD panel, a hand-made model."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import polars as pl
from bed_reader import to_bed
from numpy.typing import NDArray

from services.search.bridges import _STEPS
from services.settings import Settings
from tests.services.graph_rows import LOADS, Cypher, GraphRows
from tests.services.test_summary_statistics import placed_row, write_table

_STUDY = "UNWIND $rows AS row MERGE (n:Study {study_id: row.study_id}) SET n += row"
_NEAR = (
    "UNWIND $rows AS row MATCH (a:SNP {key: row.snp}) MATCH (b:Gene {gene_id: row.gene}) "
    "CREATE (a)-[:NEAR {load_id: 'genes-load', study_id: 'genes', distance_bp: row.distance_bp, rank: row.rank}]->(b)"
)


@dataclass
class World:
    """Everything a search reads; collected first, written by ``write``."""

    settings: Settings
    rows: GraphRows = field(default_factory=GraphRows)
    studies: list[dict[str, Any]] = field(default_factory=list)
    near: list[dict[str, Any]] = field(default_factory=list)
    load_ids: set[str] = field(default_factory=lambda: {*LOADS, "genes-load"})

    def snp(self, chromosome: int | str, megabases: float, **properties: Any) -> str:
        """A SNP in a 5-Mb block of its chromosome."""
        position = round(megabases * 1_000_000)
        block = self.block(chromosome, position)
        return self.rows.snp(position, chromosome=str(chromosome), block=block, **properties)

    def block(self, chromosome: int | str, position: int) -> str:
        """The 5-Mb block around a position."""
        return self.rows.block(position // 5_000_000, chromosome=str(chromosome), size_bp=5_000_000)

    def act_all(self, cpg: str, z_of_snp: Mapping[str, float]) -> None:
        """Let SNPs act on a CpG, each with its z."""
        if cpg not in {row["cpg_id"] for row in self.rows.nodes["CpG"]}:
            self.rows.cpg(cpg)
        for snp, z_score in z_of_snp.items():
            self.rows.evidence("MQTL", snp, cpg, z_score, study_id="mqtl", cis_trans="trans")

    def hit(self, snp: str, neg_log10_p: float, *, trait: str = "EFO:1", study: str = "gwas", **more: Any) -> None:
        """Let a study associate a SNP with a trait."""
        self.rows.evidence("ASSOCIATED_WITH", snp, trait, 6.0, neg_log10_p=neg_log10_p, study_id=study,
                           load_id=f"{study}-load", **more)  # fmt: skip

    def gene(self, gene_id: str, symbol: str, chromosome: str, start_bp: int) -> None:
        """A gene with a symbol and a place."""
        self.rows.gene(gene_id)
        place = {"chromosome": chromosome, "start_bp": start_bp, "end_bp": start_bp + 1000, "build": "GRCh37"}
        self.rows.nodes["Gene"][-1] |= {"symbol": symbol, **place}

    def study(self, study_id: str, kind: str, **properties: Any) -> None:
        """An active study."""
        load_id = f"{study_id}-load"
        self.load_ids.add(load_id)
        self.studies.append({"study_id": study_id, "kind": kind, "active_load_id": load_id, **properties})

    def table(self, study_id: str, neg_log10_p: Mapping[str, float], *, trait: str = "EFO:1") -> Path:
        """The full table of a GWAS, rows in the place of the keys."""
        rows = [
            placed_row(trait, key, value, aligned_z_score=1.5, n_samples=1000) for key, value in neg_log10_p.items()
        ]
        return write_table(self.settings.home / "loads" / f"{study_id}-load" / "table.parquet", rows)

    def panel(self, genotypes: Mapping[str, NDArray[np.int8]], *, ancestry: str | None = "European") -> Path:
        """An LD panel with these allele counts (-127 missing)."""
        folder = self.settings.home / "loads" / "panel-load"
        folder.mkdir(parents=True, exist_ok=True)
        keys = list(genotypes)
        counts = np.stack([genotypes[key] for key in keys], axis=1)
        to_bed(folder / "panel.bed", counts)
        parts = [key.split(":") for key in keys]
        pl.DataFrame(
            {
                "rsid": [f"rs{part[2]}" for part in parts],
                "chromosome": [part[1] for part in parts],
                "position_bp": [int(part[2]) for part in parts],
                "allele_1": [part[3] for part in parts],
                "allele_2": [part[4] for part in parts],
                "variant_index": np.arange(len(parts), dtype=np.int32),
                "n_samples": [len(counts)] * len(parts),
            }
        ).write_parquet(folder / "table.parquet")
        settings = json.dumps({"id": "panel", "kind": "ld_panel", "paths": [str(folder / "panel.bed")]})
        more = {} if ancestry is None else {"ancestry": ancestry}
        self.study("panel", "ld_panel", build="GRCh37", settings=settings, **more)
        return folder / "panel.bed"

    def write(self, cypher: Cypher) -> None:
        """Write everything, and a release that shows it."""
        blocks = {row["block_id"]: row for row in self.rows.nodes["LDBlock"]}
        self.rows.nodes["LDBlock"] = list(blocks.values())
        self.rows.write(cypher, load_ids=sorted(self.load_ids))
        cypher(_STUDY, rows=self.studies)
        cypher(_NEAR, rows=self.near)


@dataclass
class HandMadeModel:
    """Stands in for a trained model: the neighbours of each SNP are written down."""

    neighbours: Mapping[str, Sequence[tuple[str, float]]]
    run_id: str = "run1"
    molecules: tuple[str, ...] = ()
    walks: Mapping[str, Sequence[tuple[str, ...]]] = field(default_factory=dict)

    @property
    def snp_keys(self) -> NDArray[np.str_]:
        """All SNPs named."""
        named = {*self.neighbours, *(key for pairs in self.neighbours.values() for key, _ in pairs)}
        return np.array(sorted(named))

    @property
    def snp_number(self) -> Mapping[str, int]:
        """Place of each of them."""
        return {str(key): at for at, key in enumerate(self.snp_keys)}

    @property
    def neighbour_table(self) -> None:
        """No neighbours were worked out before."""
        return

    @property
    def snp_block(self) -> NDArray[np.int32]:
        """A block for each SNP, in the order of the keys."""
        return np.arange(len(self.snp_keys), dtype=np.int32)

    def score_query_blocks(self, query_snps: NDArray[np.int32]) -> NDArray[np.float32]:
        """The best score written down for each SNP by any of the query SNPs; 0 where there is none."""
        keys = self.snp_keys.tolist()
        scores = np.zeros(len(keys), dtype=np.float32)
        for query in query_snps:
            for key, value in self.neighbours.get(keys[query], ()):
                scores[keys.index(key)] = max(scores[keys.index(key)], value)
        return scores

    @property
    def molecule_ids(self) -> NDArray[np.str_]:
        """All molecules named."""
        return np.array(self.molecules, dtype=np.str_)

    def explain(self, query_snps: NDArray[np.int32], candidate_snp: int, *, n_paths: int) -> Any:
        """The walks written down for the candidate: seven names each, as columns of numbers."""
        assert len(query_snps)
        keys = self.snp_keys.tolist()
        walks = self.walks.get(keys[candidate_snp], ())[:n_paths]
        columns = {}
        for at, step in enumerate(_STEPS):
            names = list(self.molecules) if "molecule" in step else keys
            columns[step] = np.array([names.index(walk[at]) if walk[at] else -1 for walk in walks], dtype=np.int32)
        weight = np.array([0.5 / (at + 1) for at in range(len(walks))], dtype=np.float32)
        return SimpleNamespace(**columns, weight=weight)

    @property
    def fitted(self) -> "HandMadeModel":
        """The model itself."""
        return self

    @property
    def description(self) -> "HandMadeModel":
        """Its description, which has the run id."""
        return self

    def nearest_snps(
        self, query: NDArray[np.int32], k: int, *, exclude_same_block: bool = True, max_per_block: int | None = None
    ) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """The neighbours written down, padded with -1."""
        assert exclude_same_block
        keys = self.snp_keys.tolist()
        index = np.full((len(query), k), -1, dtype=np.int32)
        score = np.full((len(query), k), -np.inf, dtype=np.float32)
        for row, snp in enumerate(query):
            assert max_per_block is None or max_per_block >= 1
            for column, (key, value) in enumerate(self.neighbours.get(keys[snp], ())[:k]):
                index[row, column], score[row, column] = keys.index(key), value
        return index, score
