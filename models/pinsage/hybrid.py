"""The hybrid: ALS-LD's scores beside what PinSage's walks say, and PinSage's prior."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.pinsage.bipartite import BipartiteGraph, BoolArray, FloatArray, IntArray, lead_pairs
from models.pinsage.candidates import EvidencePaths
from models.pinsage.checkpoint import pack, unpack
from models.pinsage.embeddings import FittedPinSage
from models.pinsage.ld_jump import Place
from models.pinsage.rankers.als import AlsLdModel, AlsLdSettings, fit_als_ld_model
from models.pinsage.rankers.factors import AlsSettings

HYBRID = "hybrid"
DEFAULT_WEIGHT = 0.15
DEFAULT_ALS_LD = AlsLdSettings(als=AlsSettings(80, 10.0, 10.0), cis_weight=0.1)


@dataclass(frozen=True, eq=False)
class FittedHybrid:
    """PinSage whose walks' logits e become e + weight * spread(e) * z(ALS-LD), z and spread over all blocks of a query.

    Attributes
    ----------
    pinsage
        The fitted PinSage; explanations, vectors and nearest SNPs are its.
    als_ld
        ALS on LD-smoothed pairs of the same graph.
    weight
        Of ALS-LD beside PinSage.
    """

    pinsage: FittedPinSage
    als_ld: AlsLdModel
    weight: float

    @property
    def n_snps(self) -> int:
        """Number of SNPs of the graph."""
        return self.pinsage.n_snps

    @property
    def n_blocks(self) -> int:
        """Number of LD blocks."""
        return self.pinsage.n_blocks

    @property
    def is_embedded(self) -> BoolArray:
        """Shape (n_snps,): True for SNPs that have a vector."""
        return self.pinsage.is_embedded

    @property
    def block_vectors(self) -> FloatArray:
        """PinSage's vectors of the blocks, shape (n_blocks, d)."""
        return self.pinsage.block_vectors

    @property
    def snp_vectors(self) -> FloatArray:
        """PinSage's vectors of the SNPs, shape (n_snps, d)."""
        return self.pinsage.snp_vectors

    def score_molecule_blocks(self, molecules: NDArray[np.integer[Any]]) -> FloatArray:
        """Score every block for molecules, as `FittedPinSage.score_molecule_blocks` does; shape (m, n_blocks)."""
        ids = np.asarray(molecules, dtype=np.int64)
        of_als_ld = self.als_ld.score_molecule_blocks(ids)
        return self.pinsage.molecule_scores(ids).adding(of_als_ld, self.weight).mixed()

    def score_query_blocks(self, query_snps: NDArray[np.integer[Any]]) -> FloatArray:
        """Score every block for a set of SNPs, as `FittedPinSage.score_query_blocks` does; shape (n_blocks,)."""
        of_pinsage = self.pinsage.query_scores(query_snps)
        snp = np.unique(np.asarray(query_snps, dtype=np.int64))
        evidence = self.pinsage.evidence
        place = Place(snp.astype(np.int32), evidence.snp_block[snp], evidence.snp_position_bp[snp])
        of_als_ld = self.als_ld.score_query_blocks(place)[None, :]
        scores: FloatArray = of_pinsage.adding(of_als_ld, self.weight).mixed()[0]
        return scores

    def known_blocks(self, molecules: NDArray[np.integer[Any]]) -> BoolArray:
        """Mark, shape (m, n_blocks), the blocks already known for molecules."""
        return self.pinsage.known_blocks(molecules)

    def nearest_snps(
        self,
        query_snps: NDArray[np.integer[Any]],
        k: int,
        *,
        exclude_same_block: bool = True,
        max_per_block: int | None = None,
    ) -> tuple[IntArray, FloatArray]:
        """Find the SNPs nearest to each query SNP by PinSage's vectors (`FittedPinSage.nearest_snps`)."""
        return self.pinsage.nearest_snps(
            query_snps, k, exclude_same_block=exclude_same_block, max_per_block=max_per_block
        )

    def explain(self, query_snps: NDArray[np.integer[Any]], candidate_snp: int, *, n_paths: int = 50) -> EvidencePaths:
        """Give the strongest walks from query SNPs to the candidate's locus (`FittedPinSage.explain`)."""
        return self.pinsage.explain(query_snps, candidate_snp, n_paths=n_paths)

    def to_bytes(self) -> bytes:
        """Write the model as bytes; equal models give equal bytes."""
        als_ld = self.als_ld
        header = {"weight": self.weight, "n_blocks": als_ld.n_blocks, "als_ld": asdict(als_ld.settings)}
        arrays: dict[str, NDArray[Any]] = {
            "pinsage": np.frombuffer(self.pinsage.to_bytes(), dtype=np.uint8),
            "molecule_vectors": als_ld.molecule_vectors,
            "lead_vectors": als_ld.lead_vectors,
            "lead_snp": als_ld.lead.snp,
            "lead_block": als_ld.lead.block,
            "lead_position_bp": als_ld.lead.position_bp,
        }
        return pack(HYBRID, header, arrays)

    @staticmethod
    def from_bytes(data: bytes) -> "FittedHybrid":
        """Read back what `to_bytes` wrote.

        Raises
        ------
        CheckpointError
            When the bytes are no such model.
        """
        header, arrays = unpack(HYBRID, data)
        saved = header["als_ld"]
        settings = AlsLdSettings(**{**saved, "als": AlsSettings(**saved["als"])})
        lead = Place(arrays["lead_snp"], arrays["lead_block"], arrays["lead_position_bp"])
        vectors = (arrays["molecule_vectors"], arrays["lead_vectors"])
        als_ld = AlsLdModel(*vectors, lead, int(header["n_blocks"]), settings)
        return FittedHybrid(FittedPinSage.from_bytes(arrays["pinsage"].tobytes()), als_ld, float(header["weight"]))


def fit_hybrid(
    graph: BipartiteGraph,
    pinsage: FittedPinSage,
    *,
    als_ld: AlsLdSettings = DEFAULT_ALS_LD,
    weight: float = DEFAULT_WEIGHT,
) -> FittedHybrid:
    """Fit ALS-LD to the graph that a PinSage was fitted to, and join them.

    Parameters
    ----------
    graph
        The training graph; held-out edges must already be gone.
    pinsage
        Fitted to the same graph.
    als_ld, weight
        Settings of ALS-LD, and its weight; the defaults were chosen on validation pairs of simulated graphs.
    """
    return FittedHybrid(pinsage, fit_als_ld_model(graph, lead_pairs(graph), als_ld), weight)
