"""A fitted PinSage: vectors of blocks and SNPs, scores of loci, nearest SNPs, and the whole as bytes."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from models.pinsage.bipartite import BoolArray, FloatArray, IntArray, LocusPairs
from models.pinsage.candidates import EvidencePaths, LocusEvidence, evidence_of, find_paths
from models.pinsage.checkpoint import pack, unpack
from models.pinsage.errors import NotFiniteError, QueryError
from models.pinsage.locus_scores import LocusScores
from models.pinsage.neighbours import NeighbourRule, Nodes, nearest_rows
from models.pinsage.network import NO_WALK_LOG_ODDS
from models.pinsage.optimisation import HistoryEntry
from models.pinsage.settings import PinSageSettings

_SNP_SHARE = 0.25  # of the SNP's own vector beside its block's; on validation the block's alone ranks loci best
_PAIR_COLUMNS = ("block", "molecule", "cluster", "lead_snp", "is_trans")


@dataclass(frozen=True)
class FitRecord:
    """How a model came to be.

    Attributes
    ----------
    seed, settings, graph_fingerprint
        What decides the fit.
    tau, mu
        Learned scale of scores and its power of the query's size.
    n_molecules
        Molecules of the graph.
    n_steps, best_validation_loss
        Steps done; the smallest validation loss (None without validation pairs).
    effective_rank
        exp(entropy of the block vectors' squared singular values): far below n_dimensions means collapse.
    history
        One entry a validation.
    convolution
        What did the convolution: "dgl" or "torch".
    """

    seed: int
    settings: PinSageSettings
    graph_fingerprint: str
    tau: float
    mu: float
    n_molecules: int
    n_steps: int
    best_validation_loss: float | None
    effective_rank: float
    history: tuple[HistoryEntry, ...]
    convolution: str = "dgl"


@dataclass(frozen=True, eq=False)
class QueryPrior:
    """What is known of a molecule's loci without walks.

    Attributes
    ----------
    home
        Log odds by which the block where a molecule lies is preferred to another one of the same bias.
    log_odds, log_odds_of_log_size
        Log odds that walks say nothing of a locus: constant, and slope in the log of the query's number of SNPs.
    molecule_home_block
        Shape (n_molecules,): block of each molecule, -1 = unknown. Its SNPs there take no part in its query.
    """

    home: float
    log_odds: float
    log_odds_of_log_size: float
    molecule_home_block: IntArray


@dataclass(frozen=True, eq=False)
class FittedPinSage:
    """A trained model; every number in it is finite.

    Attributes
    ----------
    block_vectors, block_bias
        Shapes (n_blocks, d) and (n_blocks,): vectors, and logits of how often loci act at all.
    snp_vectors, snp_weight
        Shapes (n_snps, d) and (n_snps,): vector, and weight inside a query. Both are 0 for SNPs outside training:
        without block, without evidence, or with no walk to another locus.
    prior
        Scores of queries without walks, and of molecules' own blocks.
    evidence
        Pairs, places and LD kernel that the explanations use.
    record
        How the model came to be.
    """

    block_vectors: FloatArray
    block_bias: FloatArray
    snp_vectors: FloatArray
    snp_weight: FloatArray
    prior: QueryPrior
    evidence: LocusEvidence
    record: FitRecord

    def __post_init__(self) -> None:
        """Refuse NaN and infinity.

        Raises
        ------
        NotFiniteError
            Naming the array.
        """
        for name in ("block_vectors", "block_bias", "snp_vectors", "snp_weight"):
            if not np.isfinite(getattr(self, name)).all():
                raise NotFiniteError(f"FittedPinSage.{name} must be finite; lower learning_rate or check snp_features.")

    @property
    def n_snps(self) -> int:
        """Number of SNPs of the graph."""
        return int(self.snp_vectors.shape[0])

    @property
    def n_blocks(self) -> int:
        """Number of LD blocks."""
        return int(self.block_vectors.shape[0])

    @property
    def is_embedded(self) -> BoolArray:
        """Shape (n_snps,): True for SNPs that have a vector."""
        embedded: BoolArray = self.snp_weight > 0
        return embedded

    def score_molecule_blocks(self, molecules: NDArray[np.integer[Any]]) -> FloatArray:
        """Score every block for molecules, from the lead SNPs of the blocks known for each, its own block left out.

        Known blocks are scored like all others; `known_blocks` says which they are.

        Parameters
        ----------
        molecules
            Shape (m,): molecule ids. A molecule without a usable SNP gets the blocks' bias (popularity).

        Returns
        -------
        float32 array, shape (m, n_blocks)
            Log of the share of each block among those not known for the molecule.

        Raises
        ------
        QueryError
            When an id is unknown.
        """
        return self.molecule_scores(molecules).mixed()

    def molecule_scores(self, molecules: NDArray[np.integer[Any]]) -> LocusScores:
        """Give the two parts that `score_molecule_blocks` mixes; parameters and errors are its."""
        row, pair = self._pairs_of(molecules)
        home = self.prior.molecule_home_block[np.asarray(molecules, dtype=np.int64)]
        asking = self.evidence.pairs.block[pair] != home[row]
        prior = np.repeat(self.block_bias[None, :], len(molecules), axis=0)
        placed = np.flatnonzero(home >= 0)
        prior[placed, home[placed]] += np.float32(self.prior.home)
        lead = self.evidence.pairs.lead_snp[pair[asking]]
        return self._scores(row[asking], lead, prior, self._known(len(molecules), row, pair))

    def known_blocks(self, molecules: NDArray[np.integer[Any]]) -> BoolArray:
        """Mark, shape (m, n_blocks), the blocks already known for molecules."""
        return self._known(len(molecules), *self._pairs_of(molecules))

    def score_query_blocks(self, query_snps: NDArray[np.integer[Any]]) -> FloatArray:
        """Score every block for a set of SNPs, for example a trait's LD-clumped hits; known blocks are not masked.

        Parameters
        ----------
        query_snps
            Shape (q,): SNP ids. Those without a vector count for nothing.

        Returns
        -------
        float32 array, shape (n_blocks,)

        Raises
        ------
        QueryError
            When an id is unknown or no SNP of the query has a vector.
        """
        scores: FloatArray = self.query_scores(query_snps).mixed()[0]
        return scores

    def query_scores(self, query_snps: NDArray[np.integer[Any]]) -> LocusScores:
        """Give the two parts that `score_query_blocks` mixes, shapes (1, n_blocks); parameters and errors are its."""
        query = self._known_snps(query_snps)
        if not self.is_embedded[query].any():
            raise QueryError(
                f"At least one query SNP needs evidence that reaches another locus; none of {query.size} has."
            )
        is_known = np.zeros((1, self.n_blocks), dtype=np.bool_)
        is_known[0, self.evidence.snp_block[query[self.is_embedded[query]]]] = True
        return self._scores(np.zeros(query.size, dtype=np.intp), query, self.block_bias[None, :], is_known)

    def nearest_snps(
        self,
        query_snps: NDArray[np.integer[Any]],
        k: int,
        *,
        exclude_same_block: bool = True,
        max_per_block: int | None = None,
    ) -> tuple[IntArray, FloatArray]:
        """Find the SNPs nearest to each query SNP by the part of the trained score that walks speak for.

        score(q, s) = tau * w_q z_q . (3/4 z_block(s) + 1/4 z_s): the trained score of the SNP's locus, with a quarter
        of the SNP's own vector to order the SNPs of one locus; ties to the lower id.

        Parameters
        ----------
        query_snps
            Shape (q,): SNP ids.
        k
            Neighbours wanted.
        exclude_same_block
            Leave out SNPs of the query's own LD block (they are near by LD alone).
        max_per_block
            At most so many neighbours from one block, the best of it; None = no limit.

        Returns
        -------
        (int32 array, float32 array), both of shape (q, k)
            SNP ids and scores, best first; where there are fewer, -1 and 0. A query without vector has no neighbour.

        Raises
        ------
        QueryError
            When an id is unknown or k < 1.
        """
        if k < 1:
            raise QueryError(f"The number of neighbours must be at least 1, got {k}.")
        query = self._known_snps(query_snps)
        block = self.evidence.snp_block
        asked = self.snp_vectors[query] * (self.record.tau * self.snp_weight[query])[:, None]
        found = np.flatnonzero(self.is_embedded).astype(np.int32)
        vectors = (1 - _SNP_SHARE) * self.block_vectors[block[found]] + _SNP_SHARE * self.snp_vectors[found]
        return nearest_rows(
            Nodes(query, block[query], asked.astype(np.float32)),
            Nodes(found, block[found], vectors.astype(np.float32)),
            np.zeros(found.size, dtype=np.float32),
            NeighbourRule(k, exclude_same_block, max_per_block),
        )

    def explain(self, query_snps: NDArray[np.integer[Any]], candidate_snp: int, *, n_paths: int = 50) -> EvidencePaths:
        """Give the strongest walks from query SNPs to the candidate's locus, over one molecule or two.

        Raises
        ------
        QueryError
            When an id is unknown.
        """
        self._known_snps(np.array([candidate_snp]))
        return find_paths(self.evidence, self._known_snps(query_snps), candidate_snp, n_paths=n_paths)

    def to_bytes(self) -> bytes:
        """Write the model as bytes; equal models give equal bytes."""
        embedded = np.flatnonzero(self.is_embedded).astype(np.int32)
        arrays: dict[str, NDArray[Any]] = {
            "block_vectors": self.block_vectors,
            "block_bias": self.block_bias,
            "molecule_home_block": self.prior.molecule_home_block,
            "embedded_snp": embedded,
            "embedded_vectors": self.snp_vectors[embedded],
            "embedded_weight": self.snp_weight[embedded],
            "snp_block": self.evidence.snp_block,
            "snp_position_bp": self.evidence.snp_position_bp,
        }
        arrays.update({f"pair_{name}": getattr(self.evidence.pairs, name) for name in _PAIR_COLUMNS})
        odds = [self.prior.home, self.prior.log_odds, self.prior.log_odds_of_log_size]
        return pack("model", {**asdict(self.record), "prior": odds}, arrays)

    @staticmethod
    def from_bytes(data: bytes) -> "FittedPinSage":
        """Read back what `to_bytes` wrote.

        Raises
        ------
        CheckpointError
            When the bytes are no such model.
        """
        header, arrays = unpack("model", data)
        settings = PinSageSettings(**header["settings"])
        fields = {name: header[name] for name in FitRecord.__dataclass_fields__ if name in header}
        history = tuple(HistoryEntry(**entry) for entry in header["history"])
        record = FitRecord(**{**fields, "settings": settings, "history": history})
        snp_vectors = np.zeros((arrays["snp_block"].size, arrays["block_vectors"].shape[1]), dtype=np.float32)
        snp_weight = np.zeros(arrays["snp_block"].size, dtype=np.float32)
        snp_vectors[arrays["embedded_snp"]] = arrays["embedded_vectors"]
        snp_weight[arrays["embedded_snp"]] = arrays["embedded_weight"]
        pairs = LocusPairs(*(arrays[f"pair_{name}"] for name in _PAIR_COLUMNS))
        places = (arrays["snp_block"], arrays["snp_position_bp"], arrays["molecule_home_block"])
        evidence = evidence_of(pairs, *places, settings)
        home, log_odds, slope = header["prior"]
        prior = QueryPrior(home, log_odds, slope, arrays["molecule_home_block"])
        of_blocks = (arrays["block_vectors"], arrays["block_bias"])
        return FittedPinSage(*of_blocks, snp_vectors, snp_weight, prior, evidence, record)

    def _scores(
        self, row: NDArray[np.integer[Any]], snp: NDArray[np.integer[Any]], prior: FloatArray, is_known: BoolArray
    ) -> LocusScores:
        n_rows = is_known.shape[0]
        gather = sparse.csr_matrix((self.snp_weight[snp], (row, np.arange(snp.size))), shape=(n_rows, snp.size))
        asked = gather @ self.snp_vectors[snp]
        n_snps = np.bincount(row, weights=self.is_embedded[snp], minlength=n_rows)
        at_least_one = np.maximum(n_snps, 1.0)
        scale = (self.record.tau * at_least_one**self.record.mu).astype(np.float32)
        log_odds = self.prior.log_odds + self.prior.log_odds_of_log_size * np.log(at_least_one)
        log_odds = np.where(n_snps > 0, log_odds, NO_WALK_LOG_ODDS)
        return LocusScores(scale[:, None] * (asked @ self.block_vectors.T), prior, log_odds, is_known)

    def _known(self, n_rows: int, row: NDArray[np.intp], pair: NDArray[np.intp]) -> BoolArray:
        known = np.zeros((n_rows, self.n_blocks), dtype=np.bool_)
        known[row, self.evidence.pairs.block[pair]] = True
        return known

    def _pairs_of(self, molecules: NDArray[np.integer[Any]]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        wanted = np.asarray(molecules, dtype=np.int64)
        _check_ids("molecule", wanted, self.record.n_molecules)
        low = np.searchsorted(self.evidence.pairs.molecule, wanted, side="left")
        n_pairs = np.searchsorted(self.evidence.pairs.molecule, wanted, side="right") - low
        row = np.repeat(np.arange(wanted.size), n_pairs)
        first = np.repeat(np.concatenate([[0], np.cumsum(n_pairs)[:-1]]), n_pairs) if wanted.size else row
        return row, np.arange(row.size) - first + np.repeat(low, n_pairs)

    def _known_snps(self, snps: NDArray[np.integer[Any]]) -> IntArray:
        query = np.asarray(snps, dtype=np.int64)
        _check_ids("SNP", query, self.n_snps)
        return query.astype(np.int32)


def effective_rank(vectors: FloatArray) -> float:
    """Compute exp(entropy of the squared singular values' shares), between 1 and the dimension; 0 for no vectors.

    References
    ----------
    Roy & Vetterli 2007, EUSIPCO, "The effective rank".
    """
    squared = np.linalg.svd(vectors.astype(np.float64), compute_uv=False) ** 2
    share = squared[squared > 0] / squared.sum() if squared.sum() > 0 else np.zeros(0)
    return float(np.exp(-(share * np.log(share)).sum())) if share.size else 0.0


def _check_ids(kind: str, ids: NDArray[np.int64], n_known: int) -> None:
    if ids.size and (ids.min() < 0 or ids.max() >= n_known):
        raise QueryError(f"A {kind} id must lie in [0, {n_known - 1}], got {int(ids.min())} to {int(ids.max())}.")
