"""A planted genome for the study of weighting by a model's scores: modules of loci, and PinSage fitted to them."""

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
from numpy.typing import NDArray

from models.pinsage import BipartiteGraph, FittedPinSage, PinSageSettings, fit_pinsage
from services.search.neighbours import EmbeddingModel, nearest_in_model

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

N_CHROMOSOMES, BLOCKS_PER_CHROMOSOME, SNPS_PER_BLOCK = 11, 80, 8
N_BLOCKS = N_CHROMOSOMES * BLOCKS_PER_CHROMOSOME
N_MODULES, LOCI, MOLECULES, N_SCATTERED = 24, 16, 30, 1_200
SETTINGS = PinSageSettings(n_dimensions=24, n_views=4, n_steps=60, n_warmup_steps=5, n_threads=1)
N_NEIGHBOURS, MAX_PER_BLOCK = 120, 5


@dataclass(frozen=True, eq=False)
class Genome:
    """What was planted.

    Attributes
    ----------
    graph
        SNPs, molecules, and the measured associations between them.
    modules
        LD blocks of each module: loci that act on the same molecules (modules, LOCI).
    causal
        SNP of each block that acts (blocks).
    """

    graph: BipartiteGraph
    modules: IntArray
    causal: IntArray


@dataclass(frozen=True, eq=False)
class Candidates:
    """Candidates of one trait, as the search proposes them.

    Attributes
    ----------
    snp, score
        SNPs outside the known blocks, and their scores (n).
    hidden
        Blocks of the trait's modules that are not known.
    """

    snp: IntArray
    score: FloatArray
    hidden: IntArray

    @property
    def block(self) -> IntArray:
        """LD block of each (n)."""
        return self.snp // SNPS_PER_BLOCK

    @property
    def chromosome(self) -> IntArray:
        """Chromosome of each, from 0 (n)."""
        return self.block // BLOCKS_PER_CHROMOSOME


def plant_genome(seed: int) -> Genome:
    """Plant modules, and molecules that one to three blocks without a plan act on; neighbours in LD carry the edges."""
    generator = np.random.default_rng(seed)
    modules = np.stack([generator.choice(N_BLOCKS, LOCI, replace=False) for _ in range(N_MODULES)])
    causal = np.arange(N_BLOCKS) * SNPS_PER_BLOCK + generator.integers(2, SNPS_PER_BLOCK - 2, N_BLOCKS)
    acting = [blocks[generator.random(LOCI) < 0.4] for blocks in modules for _ in range(MOLECULES)]
    acting += [generator.choice(N_BLOCKS, generator.integers(1, 4), replace=False) for _ in range(N_SCATTERED)]
    edges = [
        (causal[block] + step, molecule, 9.0 - abs(step))
        for molecule, blocks in enumerate(acting)
        for block in blocks
        for step in (-2, -1, 0, 1, 2)
    ]
    snp, molecule, abs_z = (np.array(column) for column in zip(*edges, strict=True))
    return Genome(_make_graph(snp, molecule, abs_z, len(acting)), modules, causal)


def fit_genome(genome: Genome, seed: int) -> bytes:
    """PinSage fitted to the measured associations, as bytes."""
    return fit_pinsage(genome.graph, SETTINGS, seed=seed).to_bytes()


def name_model(fitted: bytes) -> EmbeddingModel:
    """A fitted model with names for its SNPs, as the search wants it."""
    model = FittedPinSage.from_bytes(fitted)
    names = np.array([f"{snp:06d}" for snp in range(model.n_snps)])
    return SimpleNamespace(  # type: ignore[return-value]
        fitted=model,
        snp_keys=names,
        snp_number={str(name): at for at, name in enumerate(names)},
        snp_block=model.evidence.snp_block,
        molecule_ids=names[:0],
        neighbour_table=None,
        description=None,
    )


def propose(genome: Genome, model: EmbeddingModel, generator: np.random.Generator) -> Candidates:
    """Candidates of a trait of two modules, six known loci of each, found and scored as the product does."""
    chosen = generator.choice(N_MODULES, 2, replace=False)
    shuffled = [generator.permutation(genome.modules[module]) for module in chosen]
    known = np.concatenate([blocks[:6] for blocks in shuffled])
    queries = [f"{genome.causal[block]:06d}" for block in known]
    ranked = nearest_in_model(model, queries, N_NEIGHBOURS, MAX_PER_BLOCK).ranked
    snp = np.array([int(proposal.key) for proposal in ranked])
    score = np.array([proposal.score for proposal in ranked])
    is_new = ~np.isin(snp // SNPS_PER_BLOCK, known)
    hidden = np.setdiff1d(np.concatenate([blocks[6:] for blocks in shuffled]), known)
    return Candidates(snp[is_new], score[is_new], hidden)


def _make_graph(snp: IntArray, molecule: IntArray, abs_z: FloatArray, n_molecules: int) -> BipartiteGraph:
    n_snps = N_BLOCKS * SNPS_PER_BLOCK
    block = np.arange(n_snps) // SNPS_PER_BLOCK
    return BipartiteGraph(
        n_snps=n_snps,
        n_molecules=n_molecules,
        edge_snp=snp.astype(np.int32),
        edge_molecule=molecule.astype(np.int32),
        edge_abs_z=abs_z.astype(np.float32),
        snp_block=block.astype(np.int32),
        snp_chromosome=(block // BLOCKS_PER_CHROMOSOME + 1).astype(np.int16),
        snp_position_bp=(np.arange(n_snps) % (BLOCKS_PER_CHROMOSOME * SNPS_PER_BLOCK) + 1).astype(np.int64) * 10_000,
        molecule_cluster=np.arange(n_molecules, dtype=np.int32),
        molecule_home_block=np.full(n_molecules, -1, np.int32),
        molecule_is_gene=np.zeros(n_molecules, np.bool_),
        snp_features=np.zeros((n_snps, 0), np.float32),
    )
