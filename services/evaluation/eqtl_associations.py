"""The SNP-RNA associations of a release in a snapshot's numbers, all of them or without some studies."""

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from loaders.errors import RuleError
from models.pinsage import BipartiteGraph
from services.export import Snapshot
from services.export.evidence import read_training_edges
from services.graph.store import Store
from services.settings import Settings

IntArray = NDArray[np.int32]


class UnknownEqtlStudyError(RuleError):
    """A study that is to be left out is not an active eQTL study."""


def all_eqtl(graph: BipartiteGraph) -> tuple[IntArray, IntArray]:
    """Give the SNPs and RNAs of a graph's eQTL edges."""
    is_eqtl = graph.molecule_is_gene[graph.edge_molecule]
    return graph.edge_snp[is_eqtl], graph.edge_molecule[is_eqtl]


def eqtl_without(
    store: Store, settings: Settings, snapshot: Snapshot, left_out: Collection[str]
) -> tuple[IntArray, IntArray]:
    """SNP-RNA associations that are known without some studies.

    Raises
    ------
    UnknownEqtlStudyError
        When a study is not an active eQTL study.
    """
    load_of = {
        row["study_id"]: row["load_id"]
        for row in store.read("evaluation/eqtl_studies", load_ids=list(snapshot.load_ids))
    }
    unknown = sorted(set(left_out) - set(load_of))
    if unknown:
        raise UnknownEqtlStudyError(
            "only active eQTL studies can be left out",
            seen=", ".join(unknown),
            remedy=f"name some of {', '.join(load_of) or 'none, as no eQTL study is loaded'}",
        )
    kept = tuple(load for load in snapshot.load_ids if load not in {load_of[study] for study in left_out})
    edges = read_training_edges(store, settings, kept).table.filter("is_gene")
    snp_number = {key: number for number, key in enumerate(snapshot.snp_keys.tolist())}
    rna_number = {key: number for number, key in enumerate(snapshot.molecule_ids.tolist())}
    pairs = [
        (snp_number[snp], rna_number[rna])
        for snp, rna in edges.select("snp", "molecule").iter_rows()
        if snp in snp_number and rna in rna_number
    ]
    snp, rna = np.array(pairs, dtype=np.int32).reshape(-1, 2).T
    return snp, rna
