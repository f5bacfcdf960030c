"""A snapshot of four blocks and three molecules written out by hand, and a model whose scores are known."""

from dataclasses import dataclass

import numpy as np

from models.pinsage import BipartiteGraph
from services.snapshot import Snapshot, SnapshotCounts

SNPS = ("GRCh37:1:1000:A:G", "GRCh37:1:2000:A:G", "GRCh37:2:1000:A:G", "GRCh37:2:5000000:A:G", "GRCh37:3:1000:A:G")
BLOCKS = (
    "GRCh37:1:1-1000000", "GRCh37:2:1-1000000", "GRCh37:2:4000001-6000000", "GRCh37:3:1-1000000",
    "GRCh37:4:1-1000000",
)  # fmt: skip
MOLECULES = ("cg1", "cg2", "ENSG1")


def small_snapshot() -> Snapshot:
    """SNPs 0 and 1 lie in block 0, 2 in block 1, 3 in block 2, 4 in block 3; block 4 holds only a molecule."""
    graph = BipartiteGraph(
        n_snps=5,
        n_molecules=3,
        edge_snp=np.array([0, 0, 1, 2, 2, 3, 4], dtype=np.int32),
        edge_molecule=np.array([0, 1, 0, 0, 2, 1, 2], dtype=np.int32),
        edge_abs_z=np.array([6, 7, 9, 8, 6, 7, 10], dtype=np.float32),
        snp_block=np.array([0, 0, 1, 2, 3], dtype=np.int32),
        snp_chromosome=np.array([1, 1, 2, 2, 3], dtype=np.int16),
        snp_position_bp=np.array([1000, 2000, 1000, 5_000_000, 1000], dtype=np.int64),
        molecule_cluster=np.array([0, 1, 2], dtype=np.int32),
        molecule_home_block=np.array([0, -1, 4], dtype=np.int32),
        molecule_is_gene=np.array([False, False, True]),
        snp_features=np.zeros((5, 0), dtype=np.float32),
    )
    counts = SnapshotCounts(7, 7, 5, 2, 1, 4, 0, 0, 3, (1, 1, 1), 0)
    return Snapshot(
        graph=graph,
        snp_keys=np.array(SNPS),
        molecule_ids=np.array(MOLECULES),
        block_ids=np.array(BLOCKS),
        feature_names=(),
        fingerprint="f" * 64,
        release_number=1,
        load_ids=("a", "b"),
        counts=counts,
    )


@dataclass(frozen=True)
class KnownScores:
    """A model that scores block b with b for every molecule and with -b for every trait; vectors are fixed."""

    n_blocks: int = 5

    @property
    def block_vectors(self) -> np.ndarray:
        """Blocks 0 and 2 look one way, the others another."""
        return np.array([[1, 0], [0, 1], [1, 0], [0, 1], [0, 1]], dtype=np.float32)

    @property
    def snp_vectors(self) -> np.ndarray:
        """SNPs look like their blocks; SNP 1 is outside."""
        return np.array([[1, 0.1], [0, 0], [0.1, 1], [1, 0], [0, 1]], dtype=np.float32)

    @property
    def is_embedded(self) -> np.ndarray:
        """Every SNP but SNP 1."""
        return np.array([True, False, True, True, True])

    def score_molecule_blocks(self, molecules: np.ndarray) -> np.ndarray:
        """Score block b with b."""
        return np.tile(np.arange(self.n_blocks, dtype=np.float32), (len(molecules), 1))

    def score_query_blocks(self, query: np.ndarray) -> np.ndarray:  # noqa: ARG002
        """Score block b with -b."""
        return -np.arange(self.n_blocks, dtype=np.float32)
