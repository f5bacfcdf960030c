"""The graph that walks run on: lead SNPs, the molecules that join several loci, and the LD jump between leads."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from models.pinsage.bipartite import BipartiteGraph, FloatArray, IntArray, LocusPairs
from models.pinsage.ld_jump import Place, jump_probabilities
from models.pinsage.settings import PinSageSettings


@dataclass(frozen=True, eq=False)
class WalkGraph:
    """Bipartite graph in CSR both ways, restricted to molecules seen at two or more loci.

    A molecule seen at one locus only leads nowhere, so it and the leads that have no other molecule are left out.

    Attributes
    ----------
    lead
        Lead SNPs (global ids, ascending), their blocks and positions.
    lead_start, lead_molecule
        CSR of molecules (local ids) of each lead; those at home in the lead's own block come last.
    molecule_start, molecule_lead
        CSR of leads (local ids) of each molecule; one lead a block.
    lead_weight, molecule_weight
        Weight of each entry of `lead_molecule` and of `molecule_lead`: 1, or `cis_weight` where the molecule is at
        home in the lead's block.
    lead_degree
        Weights of each lead's molecules, summed.
    jump
        LD jump between leads, proportional to r squared and to the lead's degree; rows sum to 1.
    n_blocks
        Number of LD blocks.
    """

    lead: Place
    lead_start: NDArray[np.int64]
    lead_molecule: IntArray
    molecule_start: NDArray[np.int64]
    molecule_lead: IntArray
    lead_weight: FloatArray
    molecule_weight: FloatArray
    lead_degree: FloatArray
    jump: sparse.csr_matrix
    n_blocks: int

    @property
    def n_leads(self) -> int:
        """Number of lead SNPs."""
        return int(self.lead.snp.size)

    @property
    def n_molecules(self) -> int:
        """Number of molecules that join loci."""
        return int(self.molecule_start.size - 1)


def places_of(graph: BipartiteGraph, snp: IntArray) -> Place:
    """Give block and position of SNPs (ids ascending)."""
    return Place(snp.astype(np.int32), graph.snp_block[snp], graph.snp_position_bp[snp])


def build_walk_graph(graph: BipartiteGraph, visible: LocusPairs, settings: PinSageSettings) -> WalkGraph:
    """Build the walk graph of the visible (block, molecule) pairs; hidden ones are simply not passed in."""
    n_loci = np.bincount(visible.molecule, minlength=graph.n_molecules)
    joining = visible.select(n_loci[visible.molecule] >= 2)
    lead_snp, lead = np.unique(joining.lead_snp, return_inverse=True)
    _, molecule = np.unique(joining.molecule, return_inverse=True)
    n_leads, n_molecules = lead_snp.size, int(molecule.max()) + 1 if molecule.size else 0
    weight = joining.weights(graph.molecule_home_block, settings.cis_weight)
    is_cis = joining.is_at_home(graph.molecule_home_block)
    by_lead, by_molecule = np.lexsort((molecule, is_cis, lead)), np.lexsort((lead, molecule))
    place, lead_start = places_of(graph, lead_snp.astype(np.int32)), _row_starts(lead, n_leads)
    degree = _row_sums(lead_start, weight[by_lead])
    return WalkGraph(
        lead=place,
        lead_start=lead_start,
        lead_molecule=molecule[by_lead].astype(np.int32),
        molecule_start=_row_starts(molecule, n_molecules),
        molecule_lead=lead[by_molecule].astype(np.int32),
        lead_weight=weight[by_lead],
        molecule_weight=weight[by_molecule],
        lead_degree=degree,
        jump=jump_probabilities(
            place,
            place,
            scale_bp=settings.ld_scale_bp,
            minimum=settings.ld_minimum,
            lead_weight=degree,
        ),
        n_blocks=graph.n_blocks,
    )


def _row_sums(start: NDArray[np.int64], values: FloatArray) -> FloatArray:
    row = np.repeat(np.arange(start.size - 1), np.diff(start))
    return np.bincount(row, weights=values, minlength=start.size - 1).astype(np.float32)


def _row_starts(row: NDArray[np.intp], n_rows: int) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(np.bincount(row, minlength=n_rows))]).astype(np.int64)
