"""What a flag of an analysis means, and what to do about it, as sentences for people."""

from collections.abc import Iterable, Mapping

REMEDIES: Mapping[str, str] = {
    "negative_h2": "Do not use it, nor an rg or an enrichment made from it; check N, the build and the ancestry of the "
    "LD scores.",
    "h2_above_one": "Check N (n_cases + n_controls, not one of them), the prevalences, and that M belongs to the "
    "LD scores.",
    "ratio_unstable": "Read the estimate and its error, not the quotients; a larger GWAS helps, nothing else does.",
    "low_mean_chi2": "Use a larger GWAS, or check that genomic control was not applied to its statistics.",
    "few_snps": "Look at which step of merging lost the others, and use complete statistics of a genome-wide GWAS.",
    "ill_conditioned": "Leave out categories that repeat others; the sum over categories may still be read.",
    "rg_out_of_bounds": "Look at both heritabilities first; below a z of 4 an rg says little.",
    "rg_undefined": "Look at both heritabilities first: locusgraph h2 FIRST SECOND.",
    "rg_error_undefined": "Read the genetic covariance and its error instead.",
    "empty_annotation": "Check the annotation's genome build and chromosomes, or leave it out.",
    "genes_without_place": "Check that set and coordinates use the same ids (Ensembl, or symbols of one release).",
    "few_people": "Use a panel of some hundred people of the GWAS's ancestry.",
}
"""What to do about each flag; what it means is said beside the model that raises it."""


def explain_flags(flags: Iterable[str]) -> list[str]:
    """A sentence or two for each flag: meaning, then remedy; a flag that nobody explained stands for itself."""
    from services.statistics.flags import FLAG_MEANINGS

    return [f"{FLAG_MEANINGS.get(flag) or _bare(flag)} {REMEDIES.get(flag, '')}".rstrip() for flag in flags]


def explain_flags_of_people(flags: Iterable[str]) -> list[str]:
    """The same for flags and reasons of mixed models, whose sentences say what to do themselves."""
    from services.mixed_models.flags import REML_MEANINGS, SCAN_MEANINGS

    meanings = {**REML_MEANINGS, **SCAN_MEANINGS}
    return [meanings.get(flag) or explain_flags([flag])[0] for flag in flags]


def _bare(flag: str) -> str:
    words = flag.replace("_", " ")
    return f"{words[:1].upper()}{words[1:]}."
