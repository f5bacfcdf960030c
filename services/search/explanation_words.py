"""Tells an explanation in sentences: what was measured, what a model says, and how it was tested."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.search.error_rates import FalseDiscoveryResult, FamilyWiseTest
from services.search.listing import Findings
from services.search.options import CandidateOptions
from services.search.report import Candidate, EvidencePath, MolecularEdge, TraitEdge
from services.search.why_not import WhyNot

_GENOME_WIDE = 5e-8
_LEVELS = {"MQTL": "methylation at", "EQTL": "expression of"}


@dataclass(frozen=True)
class Teller:
    """Names for the words.

    Attributes
    ----------
    key
        The SNP that is explained.
    names
        First rsid of each SNP that has one, by key.
    trait, trait_id, options, run_id
        What was asked, and the model run.
    """

    key: str
    names: Mapping[str, str]
    trait: str
    trait_id: str
    options: CandidateOptions
    run_id: str | None

    @property
    def label(self) -> str:
        """Name and id of the trait."""
        return self.trait if self.trait == self.trait_id else f"{self.trait} ({self.trait_id})"

    def name(self, key: str) -> str:
        """Rsid where there is one, else the key."""
        return self.names.get(key, key)


def tell_candidate(
    teller: Teller, candidate: Candidate, n_candidates: int, test: FamilyWiseTest | None, findings: Findings
) -> tuple[str, ...]:
    """Sentences about a candidate: measured, then predicted, then tested."""
    snp = teller.name(candidate.key)
    study = findings.study.study_id if findings.study else ""
    own = None
    if candidate.neg_log10_p is not None and candidate.p_value is not None:
        own = TraitEdge(candidate.key, study, candidate.z_score, candidate.neg_log10_p, candidate.p_value)
    by = "the walk over shared molecules" if teller.run_id is None else f"model run {teller.run_id}"
    words = [
        f"{snp} is a candidate of {teller.label}.",
        *_tell_measured(teller, candidate.paths),
        f"Predicted: {by} ranks {snp} {candidate.rank:,} of {n_candidates:,} candidates (score {candidate.score:.4g}), "
        f"for its likeness to {teller.name(candidate.query_snp)}.",
        *_tell_walks(candidate.paths),
    ]
    if own is None or test is None:
        return (*words, f"Not tested: no complete GWAS of {teller.trait} holds a candidate.")
    return (*words, *_tell_tests(snp, own, candidate, test))


def tell_other(
    teller: Teller,
    key: str,
    reasons: Sequence[WhyNot],
    paths: Sequence[EvidencePath],
    in_gwas: TraitEdge | None,
) -> tuple[str, ...]:
    """Sentences about a SNP that is no candidate: why not, then what was measured of it."""
    snp = teller.name(key)
    words = [f"{snp} is no candidate of {teller.label}: it {'; and it '.join(reason.text for reason in reasons)}."]
    if reasons and reasons[0].code != "known_snp":
        words += _tell_measured(teller, paths)
    if in_gwas is not None:
        words.append(f"Measured: its own p in GWAS {in_gwas.study_id} is {in_gwas.p_value}{_z(in_gwas)}; not a test.")
    return tuple(words)


def _tell_measured(teller: Teller, paths: Sequence[EvidencePath]) -> list[str]:
    if not paths:
        return ["Measured: no path of measured edges leads from a query SNP to it over one molecule or two."]
    return [f"Measured, path {number}: {_tell_path(teller, path)}." for number, path in enumerate(paths, start=1)]


def _tell_path(teller: Teller, path: EvidencePath) -> str:
    known = path.query_trait_edge
    level = "genome-wide significant" if teller.options.p_threshold <= _GENOME_WIDE else "known"
    query = f"{teller.name(path.query_snp)} ({level} for {teller.trait}: p = {known.p_value}, study {known.study_id})"
    start = _subject(teller, query, path.query_edge, path.query_snp)
    end = _subject(teller, teller.name(path.candidate_snp), path.candidate_edge, path.candidate_snp)
    first = f"{start} {_change(path.query_edge, path.molecule_name)}"
    if not path.bridge_edges:
        return f"{first}; {end} {_change(path.candidate_edge, f'the same {path.molecule_name}')}"
    one, other = path.bridge_edges
    bridge = teller.name(one.snp)
    far = f"and {teller.name(other.snp)} beside it changes" if other.snp != one.snp else "and"
    second = str(path.second_molecule_name)
    return (
        f"{first}; between them, {bridge} {_change(one, f'the same {path.molecule_name}')}, "
        f"{far} {_LEVELS[other.type]} {second} ({_numbers(other)}); {end} "
        f"{_change(path.candidate_edge, f'the same {second}')}"
    )


def _subject(teller: Teller, name: str, edge: MolecularEdge, end: str) -> str:
    """The end of a path, or its neighbour in the LD block that the edge starts from."""
    return name if edge.snp == end else f"{teller.name(edge.snp)}, in the LD block of {name},"


def _change(edge: MolecularEdge, molecule: str) -> str:
    return f"changes {_LEVELS[edge.type]} {molecule} ({_numbers(edge)})"


def _numbers(edge: MolecularEdge) -> str:
    strength = f"p = {edge.p_value}" if edge.z_score is None else f"z = {edge.z_score:.2f}, p = {edge.p_value}"
    allele = f", effect allele {edge.effect_allele}" if edge.effect_allele and edge.z_score is not None else ""
    return f"{strength}, study {edge.study_id}{allele}"


def _tell_walks(paths: Sequence[EvidencePath]) -> list[str]:
    return [
        f"Predicted: the model's walk along path {number} has weight {path.walk_weight:.3g}."
        for number, path in enumerate(paths, start=1)
        if path.walk_weight is not None
    ]


def _tell_tests(snp: str, own: TraitEdge, candidate: Candidate, test: FamilyWiseTest) -> list[str]:
    words = [f"Measured: its own p in GWAS {own.study_id} is {own.p_value}{_z(own)}."]
    family_wise, false_discovery = candidate.family_wise, candidate.false_discovery
    if family_wise is not None:
        verdict = "passes" if family_wise.is_rejected else "does not pass"
        words.append(
            f"Family-wise test: at {test.rate:g} over {test.n_candidates:,} candidates, p < {test.p_threshold}; "
            f"adjusted p {family_wise.p_adjusted}: {snp} {verdict}."
        )
    if false_discovery is not None:
        words.append(f"False discovery test, another guarantee: {_tell_discovery(snp, false_discovery)}.")
    return words


def _tell_discovery(snp: str, result: FalseDiscoveryResult) -> str:
    verdict = "passes" if result.is_discovery else "does not pass"
    words = f"adjusted p {result.p_adjusted} with equal weights: {snp} {verdict}"
    if result.weight is None or result.is_weighted_discovery is None:
        return f"{words}; weights were not learned"
    verdict = "passes" if result.is_weighted_discovery else "does not pass"
    return (
        f"{words}; adjusted p {result.weighted_p_adjusted} with weight {result.weight:.2f} by its score: it {verdict}"
    )


def _z(edge: TraitEdge) -> str:
    return "" if edge.z_score is None else f" (z = {edge.z_score:.2f})"
