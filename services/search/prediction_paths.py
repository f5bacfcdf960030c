"""The evidence behind a predicted edge: walks from its query SNPs over shared molecules, with the measured edges."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from services.graph.store import Store
from services.kept_models import keep_model
from services.registry import TrainedModel
from services.releases import current_release
from services.search.evidence import Edges, read_edges
from services.search.report import MolecularEdge
from services.settings import Settings

if TYPE_CHECKING:
    from models.pinsage import EvidencePaths


@dataclass(frozen=True, slots=True)
class PathStep:
    """Two loci that share a molecule.

    Attributes
    ----------
    molecule, molecule_kind
        Id, and CpG or Gene.
    from_snp, to_snp
        Lead SNPs of the molecule in the two loci.
    from_edge, to_edge
        Strongest measured edge of each to the molecule; None when the release holds it no more.
    """

    molecule: str
    molecule_kind: str
    from_snp: str
    to_snp: str
    from_edge: MolecularEdge | None
    to_edge: MolecularEdge | None


@dataclass(frozen=True, slots=True)
class PredictionPath:
    """One walk.

    Attributes
    ----------
    query_snp
        Where it begins.
    weight
        Probability of the walk times the linkage of the predicted SNP with the lead where it ends.
    steps
        One, or two by way of a third locus.
    """

    query_snp: str
    weight: float
    steps: tuple[PathStep, ...]


class PredictionExplainer:
    """Explains predicted edges by the models of their runs.

    Parameters
    ----------
    store, settings
        The graph, and where the artefacts lie.
    """

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store, self._settings = store, settings

    def explain(self, run_id: str, snp: str, query_snps: Sequence[str], n_paths: int) -> tuple[PredictionPath, ...]:
        """The strongest walks of a run's model from query SNPs to the locus of a SNP; none where it knows of none.

        Raises
        ------
        ArtefactError
            When the run's files are missing or changed.
        """
        model = keep_model(self._settings, run_id)
        number = model.snp_number
        queries = np.array([number[key] for key in query_snps if key in number], dtype=np.int64)
        if snp not in number or not queries.size:
            return ()
        walks = model.fitted.explain(queries, number[snp], n_paths=n_paths)
        keys = {str(model.snp_keys[at]) for steps in _leads(walks) for step in steps for at in step[1:]}
        edges, _ = read_edges(self._store, keys, current_release(self._store).load_ids)
        return tuple(
            PredictionPath(
                query_snp=str(model.snp_keys[walks.query_snp[row]]),
                weight=float(walks.weight[row]),
                steps=tuple(_to_step(model, edges, *step) for step in steps),
            )
            for row, steps in enumerate(_leads(walks))
        )


def _leads(walks: "EvidencePaths") -> list[list[tuple[int, int, int]]]:
    """Of each walk its steps: molecule, lead SNP it comes from, lead SNP it goes to."""
    found = []
    for row in range(len(walks)):
        start, end = int(walks.query_lead[row]), int(walks.candidate_lead[row])
        first, second = int(walks.molecule[row]), int(walks.second_molecule[row])
        if second < 0:
            found.append([(first, start, end)])
            continue
        into, out = int(walks.bridge_lead_in[row]), int(walks.bridge_lead_out[row])
        found.append([(first, start, into), (second, out, end)])
    return found


def _to_step(model: TrainedModel, edges: Edges, molecule: int, start: int, end: int) -> PathStep:
    name = str(model.molecule_ids[molecule])
    one, other = str(model.snp_keys[start]), str(model.snp_keys[end])
    ends = [edges.get(key, {}).get(name) for key in (one, other)]
    known = next((edge for edge in ends if edge), None)
    is_gene = known.type == "EQTL" if known else name.startswith("ENSG")
    return PathStep(name, "Gene" if is_gene else "CpG", one, other, *ends)
