"""The kinship of a scan: of the autosomal SNPs that pass the bars, whole or by chromosome."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Final

from models.kinship import Kinship, KinshipOptions
from services.mixed_models.errors import MatchError
from services.mixed_models.genome_parts import GenomeParts, split_autosomes
from services.mixed_models.kinships import compute_kinships
from services.mixed_models.people import AnalysedPeople
from services.mixed_models.reports import KinshipFacts
from services.mixed_models.scan_request import ScanRequest
from services.mixed_models.variants import ChosenVariants, OnProgress, passing_snps, watched

_LARGEST_MAF: Final = 0.5


def scan_kinships(
    request: ScanRequest, people: AnalysedPeople, variants: ChosenVariants, *, on_progress: OnProgress
) -> Mapping[str, Kinship]:
    """The matrix of the autosomal SNPs, or one a chromosome.

    Where everybody genotyped is analysed, their frequencies need no pass of their own.
    """
    options = KinshipOptions(request.grm_kind or "centred", stored="float32" if request.is_loco else "float64")
    is_everybody = people.n_people == people.dosages.n_people
    if is_everybody and not request.is_loco and request.minimum_maf < _LARGEST_MAF:
        options = dataclasses.replace(options, minimum_maf=request.minimum_maf, maximum_missing=request.maximum_missing)
        everything = variants.is_autosomal[:, None]
        made = compute_kinships(variants, people, everything, options=options, on_progress=on_progress)
        return {"whole": made[0]}
    parts = _parts_that_pass(request, people, variants, on_progress=on_progress)
    made = compute_kinships(variants, people, parts.membership, options=options, on_progress=on_progress)
    return dict(zip(parts.names, made, strict=True))


def _parts_that_pass(
    request: ScanRequest, people: AnalysedPeople, variants: ChosenVariants, *, on_progress: OnProgress
) -> GenomeParts:
    """The SNPs that pass the bars among the people analysed, of the whole genome or of each chromosome with some."""
    reader = watched(variants.reader(people.index), variants.n_snps, "frequencies", on_progress)
    bars = {"minimum_maf": request.minimum_maf, "maximum_missing": request.maximum_missing}
    passes = passing_snps(reader, variants.n_snps, people.n_people, **bars)
    parts = split_autosomes(variants, by_chromosome=request.is_loco, is_used=passes)
    if not parts.names:
        raise MatchError(
            "a kinship needs SNPs that pass the bars",
            seen=f"none of {variants.n_snps:,} with a minor allele frequency of {request.minimum_maf:g} and at most "
            f"{request.maximum_missing:g} missing",
            where=request.people.genotypes,
            remedy="lower the bars, or test without kinship (ols)",
        )
    return parts


def kinship_facts(request: ScanRequest, kinships: Mapping[str, Kinship]) -> KinshipFacts | None:
    """How the matrices of a scan were made; None for a method without."""
    if not kinships:
        return None
    parts = tuple(kinships.values())
    n_snps = sum(part.n_snps for part in parts)
    if request.kinship is not None:
        return KinshipFacts(parts[0].kind, n_snps, None, None, request.kinship.name)
    return KinshipFacts(parts[0].kind, n_snps, request.minimum_maf, request.maximum_missing, "computed")
