"""The bipartite graph as plain CSR in both directions, int32: the form that importance walks read."""

from dataclasses import dataclass
from typing import Any

import numba
import numpy as np

from models.pinsage.bipartite import BipartiteGraph, IntArray
from models.pinsage.errors import GraphError

MOST_EDGES = 2**31 - 1


@dataclass(frozen=True, eq=False)
class Adjacency:
    """Molecules of each SNP and SNPs of each molecule.

    Attributes
    ----------
    snp_start, snp_molecule
        Molecules of SNP s are ``snp_molecule[snp_start[s]:snp_start[s + 1]]``, ascending.
    molecule_start, molecule_snp
        The same the other way.

    Notes
    -----
    Both directions hold the same edges, so a walk never meets a dead end once it has left its start. An edge given
    k times (by k studies) stands k times in both and is taken k times as often.
    """

    snp_start: IntArray
    snp_molecule: IntArray
    molecule_start: IntArray
    molecule_snp: IntArray

    @property
    def n_snps(self) -> int:
        """Number of SNPs, those without an edge included."""
        return int(self.snp_start.size - 1)


def adjacency_of(graph: BipartiteGraph) -> Adjacency:
    """Sort a graph's edges into CSR both ways, by counting; the result does not depend on their order.

    Raises
    ------
    GraphError
        When there are more edges than int32 can count.
    """
    if graph.edge_snp.size > MOST_EDGES:
        raise GraphError(
            f"An int32 adjacency holds at most {MOST_EDGES} edges, got {graph.edge_snp.size}; raise the p threshold."
        )
    start, snp = _grouped(graph.edge_molecule, graph.edge_snp, graph.n_molecules)
    snp_start, molecule = _transposed(start, snp, graph.n_snps, np.empty_like(snp))
    _transposed(snp_start, molecule, graph.n_molecules, snp)
    return Adjacency(snp_start, molecule, start, snp)


@numba.njit(cache=True)
def _starts(row: Any, n_rows: Any) -> Any:
    """Give where each row begins, shape (n_rows + 1,)."""
    start = np.zeros(n_rows + 1, dtype=np.int32)
    for one in row:
        start[one + 1] += 1
    for one in range(n_rows):
        start[one + 1] += start[one]
    return start


@numba.njit(cache=True)
def _grouped(row: Any, column: Any, n_rows: Any) -> Any:
    """Group (row, column) pairs by row, each row's columns in the order given."""
    start = _starts(row, n_rows)
    free = start[:-1].copy()
    ordered = np.empty(column.size, dtype=np.int32)
    for edge in range(row.size):
        ordered[free[row[edge]]] = column[edge]
        free[row[edge]] += 1
    return start, ordered


@numba.njit(cache=True)
def _transposed(start: Any, column: Any, n_columns: Any, out: Any) -> Any:
    """Give the CSR of the transposed matrix, whose rows come out ascending; its columns are written into `out`."""
    new_start = _starts(column, n_columns)
    free = new_start[:-1].copy()
    for row in range(start.size - 1):
        for edge in range(start[row], start[row + 1]):
            out[free[column[edge]]] = row
            free[column[edge]] += 1
    return new_start, out
