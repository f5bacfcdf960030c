"""The warnings that stand beside a result: foreign LD, shared cohorts, places that nobody knows."""

from collections.abc import Iterable, Sequence
from itertools import product

from services.graph.store import Store
from services.search.error_rates import FalseDiscoveryTest
from services.search.exclusion import Unplaced
from services.search.gwas import GwasStudy
from services.search.ld_panel import LdPanel
from services.search.options import CandidateOptions

_LISTED = 3
_DOUBTFUL = 0.01


def warn_of_linkage(
    panels: Sequence[LdPanel], panel: LdPanel | None, studies: Sequence[GwasStudy], *, has_blocks: bool
) -> list[str]:
    """Warn when LD is not known from people like those of the GWAS."""
    warnings = [
        f"LD panel {other.study_id}: its file {other.bed.name} is gone, so it was not used"
        for other in panels
        if not other.bed.exists()
    ]
    if panel is None:
        rest = "LD blocks and distance" if has_blocks else "distance alone"
        return [*warnings, f"no LD panel could be used: linkage rests on {rest}"]
    for study in studies:
        if study.ancestry is None or panel.ancestry is None:
            unknown = panel.study_id if panel.ancestry is None else study.study_id
            warnings.append(f"the ancestry of {unknown} is not given, so r² of panel {panel.study_id} may not fit")
        elif study.ancestry.casefold() != panel.ancestry.casefold():
            warnings.append(
                f"LD panel {panel.study_id} is {panel.ancestry}, GWAS {study.study_id} is {study.ancestry}: "
                "r² may differ"
            )
    return warnings


def warn_of_cohorts(store: Store, studies: Sequence[GwasStudy], load_ids: Sequence[str]) -> list[str]:
    """Warn when people may be both in a GWAS and in a molecular study."""
    warnings, unknown = [], {study.study_id for study in studies if not study.cohorts}
    molecular = store.read("search/molecular_studies", load_ids=list(load_ids))
    unknown |= {row["study_id"] for row in molecular if not row["cohorts"]}
    for study, row in product(studies, molecular):
        shared = sorted(set(study.cohorts) & set(row["cohorts"]))
        if shared:
            warnings.append(
                f"GWAS {study.study_id} and molecular study {row['study_id']} share the cohorts {', '.join(shared)}: "
                "their evidence is not independent"
            )
    if unknown:
        warnings.append(f"the cohorts of {_list(sorted(unknown))} are not given, so shared people cannot be ruled out")
    return warnings


def warn_of_places(unplaced: Unplaced) -> list[str]:
    """Warn of known SNPs without a place in the reference build."""
    warnings = []
    if unplaced.n_by_gene:
        warnings.append(
            f"{unplaced.n_by_gene} known SNPs have no place in the reference build: the surroundings of their genes "
            "were excluded instead"
        )
    if unplaced.nowhere:
        where = "anywhere" if unplaced.is_anywhere else "on their chromosomes"
        warnings.append(
            f"{len(unplaced.nowhere)} known SNPs have neither a place nor a known gene ({_list(unplaced.nowhere)}): "
            f"novelty is not assessed {where}"
        )
    return warnings


def warn_of_thresholds(studies: Sequence[GwasStudy], options: CandidateOptions) -> list[str]:
    """Warn when the graph holds fewer associations of a study than the search asks for."""
    return [
        f"study {study.study_id} keeps p < {study.p_threshold:g} in the graph: its SNPs between that and "
        f"{options.p_threshold:g} are neither queries nor excluded"
        for study in studies
        if study.p_threshold is not None and study.p_threshold < options.p_threshold
    ]


def warn_of_choice(studies: Sequence[GwasStudy], tested: GwasStudy | None) -> list[str]:
    """Say which of several complete GWAS was tested on, or why none was."""
    if tested is None:
        truncated = [study.study_id for study in studies if not study.is_complete]
        complete = [study.study_id for study in studies if study.is_complete]
        reasons = [f"{_list(truncated)}: only hits are published (truncated)"] if truncated else []
        reasons += [f"{_list(complete)}: complete, but holds no candidate"] if complete else []
        return ["the candidates cannot be tested; " + "; ".join(reasons)] if reasons else []
    others = [study.study_id for study in studies if study.is_complete and study is not tested]
    if not others:
        return []
    return [
        f"tested on {tested.study_id} alone, the complete GWAS that holds most candidates; "
        f"not looked at: {_list(others)}"
    ]


def warn_of_checks(test: FalseDiscoveryTest | None) -> list[str]:
    """Warn when the score that candidates are weighted by seems to know p where there is no effect."""
    warnings = []
    for check in test.checks if test is not None and test.weighted is not None else ():
        p_values = [p for p in (check.p_value, check.histogram_p_value) if p is not None]
        if p_values and min(p_values) < _DOUBTFUL:
            warnings.append(
                f"the score may not be independent of p under the null ({check.among}: p {min(p_values):.2g}): trust "
                "the unweighted false discovery test"
            )
    return warnings


def _list(names: Iterable[str]) -> str:
    listed = list(names)
    rest = len(listed) - _LISTED
    return ", ".join(listed[:_LISTED]) + (f" and {rest} more" if rest > 0 else "")
