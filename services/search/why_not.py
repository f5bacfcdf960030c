"""What keeps a SNP from being a candidate: every reason that applies, with the numbers behind it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.search.candidates import Question
from services.search.exclusion import Reason
from services.search.field import Field
from services.search.linkage import LONGEST_LD_BP
from services.search.neighbours import NeighbourRank, Proposals
from services.search.scene import Scene

IndexArray = NDArray[np.int64]

_ALL = 2**31 - 1


@dataclass(frozen=True, slots=True)
class WhyNot:
    """One reason.

    Attributes
    ----------
    code
        ``known_snp``, ``no_model``, ``no_query_snps``, a name of ``Reason`` in small letters,
        ``no_molecular_association``, ``absent_from_gwas``, ``no_vector``, ``no_shared_molecule``,
        ``not_near_enough`` or ``block_full``.
    text
        The same as a sentence without its subject, such as "lies 12,000 bp from the known SNP rs1".
    """

    code: str
    text: str


def find_reasons(
    question: Question, proposals: Proposals, field: Field, key: str, rank: NeighbourRank | None
) -> tuple[WhyNot, ...]:
    """Every reason why a SNP of the field is no candidate, the first the most decisive.

    Parameters
    ----------
    question, proposals, field
        The search so far.
    key
        The SNP; it is no candidate.
    rank
        Its best rank among the model's neighbours, where it has one.
    """
    scene = question.scene
    if known := _known(question, field, key):
        return (known,)
    if scene.is_modelless:
        return (WhyNot("no_model", "was not looked at, because no model is trained yet: locusgraph train"),)
    if not proposals.n_queries:
        text = "was not looked at, because no known SNP of the trait has a place and a molecular association"
        return (WhyNot("no_query_snps", text),)
    row = field.snps.index[key]
    reasons = [_excluded(scene, field, row), _without_edges(field, row), _absent(field, row)]
    if key not in {proposal.key for proposal in proposals.ranked}:
        reasons.append(_not_proposed(question, field, key, rank))
    return tuple(reason for reason in reasons if reason is not None)


def _known(question: Question, field: Field, key: str) -> WhyNot | None:
    hit = next((hit for hit in question.scene.hits if hit.key == key), None)
    if hit is None:
        return None
    snps = field.snps
    if key in question.queries:
        role = "it is one of the SNPs that ask"
    elif not snps.is_placed[snps.index[key]] or snps.degree[snps.index[key]] == 0:
        role = "it cannot ask, for want of a place or of a molecular association"
    else:
        role = "a stronger known SNP of its clump asks in its place"
    text = f"is itself known for the trait (study {hit.study_id}), which is the question and not an answer; {role}"
    return WhyNot("known_snp", text)


def _excluded(scene: Scene, field: Field, row: int) -> WhyNot | None:
    """The exclusion by place or LD, with the known SNP behind it."""
    reason, options = Reason(int(field.reason[row])), scene.options
    near = _nearest_known(scene, field, row)
    text = {
        Reason.KEPT: "",
        Reason.NO_PLACE: f"has no place in {scene.build}, so nobody can say whether it lies beside a known SNP",
        Reason.NEAR_KNOWN_SNP: f"{near}; up to {options.window_bp:,} bp are excluded",
        Reason.CORRELATED_WITH_KNOWN_SNP: f"{_correlation(scene, field, row)}; more than {options.r_squared:g} is "
        "excluded",
        Reason.SAME_LD_BLOCK: f"lies in LD block {field.snps.block[row]}, as a known SNP does",
        Reason.NEAR_GENE_OF_UNPLACED_SNP: (
            f"lies within {options.gene_window_bp:,} bp of the gene of a known SNP that has no place in {scene.build}"
        ),
    }[reason]
    return WhyNot(reason.name.lower(), text) if text else None


def _nearest_known(scene: Scene, field: Field, row: int) -> str:
    hits = _placed_hits(scene, field)
    distance = field.linkage.distance(row, hits)
    if not hits.size or not np.isfinite(distance).any():
        return "lies far from every known SNP"
    nearest = int(np.argmin(distance))
    return f"lies {int(distance[nearest]):,} bp from the known SNP {_name(field, int(hits[nearest]))}"


def _correlation(scene: Scene, field: Field, row: int) -> str:
    hits, linkage = _placed_hits(scene, field), field.linkage
    near = hits[linkage.is_covered[hits] & (linkage.distance(row, hits) <= LONGEST_LD_BP)]
    if not near.size or not linkage.is_covered[row]:
        return "is correlated with a known SNP"
    r_squared = linkage.r_squared_between(np.array([row], dtype=np.int64), near)[0]
    strongest = int(np.nanargmax(r_squared))
    return f"has r² {r_squared[strongest]:.2f} with the known SNP {_name(field, int(near[strongest]))}"


def _without_edges(field: Field, row: int) -> WhyNot | None:
    if field.snps.degree[row]:
        return None
    return WhyNot("no_molecular_association", "has no molecular association in the graph")


def _absent(field: Field, row: int) -> WhyNot | None:
    if field.test_study is None or field.is_present is None or field.is_present[row]:
        return None
    text = f"is not in the GWAS that candidates are tested on ({field.test_study.study_id})"
    return WhyNot("absent_from_gwas", text)


def _not_proposed(question: Question, field: Field, key: str, rank: NeighbourRank | None) -> WhyNot:
    scene, options = question.scene, question.scene.options
    if scene.model is None:
        return _not_walked_to(question, field, key)
    if rank is None:
        text = (
            f"has no vector in model run {scene.run_id}: its locus has no molecular association that leads to another "
            "locus, or came after the run"
        )
        return WhyNot("no_vector", text)
    at = f"is neighbour number {rank.rank:,} of the query SNP {_name_of(field, rank.query_snp)}, its best"
    if rank.rank > options.k:
        return WhyNot("not_near_enough", f"{at}, and {options.k:,} are taken of each (k)")
    text = f"{at}, but {rank.n_nearer_in_block} SNPs of its LD block come first and {options.max_per_block} are taken"
    return WhyNot("block_full", text)


def _not_walked_to(question: Question, field: Field, key: str) -> WhyNot:
    """The rank by the walk over shared molecules, over all its neighbours."""
    scene = question.scene
    everything = scene.propose(question.queries, k=_ALL)
    found = next((proposal for proposal in everything.ranked if proposal.key == key), None)
    if found is None:
        return WhyNot("no_shared_molecule", "shares no molecule with any query SNP that lies elsewhere")
    of_query = scene.propose([found.query_snp], k=_ALL)
    rank = 1 + next(at for at, proposal in enumerate(of_query.ranked) if proposal.key == key)
    at = f"is neighbour number {rank:,} of the query SNP {_name_of(field, found.query_snp)}, its best"
    return WhyNot("not_near_enough", f"{at}, and {scene.options.k:,} are taken of each (k)")


def _placed_hits(scene: Scene, field: Field) -> IndexArray:
    rows = field.snps.rows_of(hit.key for hit in scene.hits)
    return rows[field.snps.is_placed[rows]]


def _name(field: Field, row: int) -> str:
    rsids = field.snps.rsids[row]
    return rsids[0] if rsids else field.snps.keys[row]


def _name_of(field: Field, key: str) -> str:
    return _name(field, field.snps.index[key])
