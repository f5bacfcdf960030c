"""Scans beside a whole-genome ridge regression: its first step or predictions of a file, and the second step."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from loaders.builds import CHROMOSOMES
from loaders.person_tables import read_words
from models.association.chromosome_ranges import chromosome_ranges
from models.association.loco_predictions import LocoPredictions
from models.association.logistic_score import check_groups
from models.association.regenie_step2 import QuantitativeScan, scan_quantitative
from models.association.ridge import fit_ridge
from models.association.ridge_cases import fit_case_ridge
from models.association.ridge_options import RidgeOptions
from services.mixed_models.errors import MatchError
from services.mixed_models.people import AnalysedPeople
from services.mixed_models.predictions import Predicted, stack_predictions
from services.mixed_models.scan_facts import RidgeFacts
from services.mixed_models.scan_methods import Tested, cases_tested, lambda_gc, lost_by_reason, traits_of
from services.mixed_models.scan_request import ScanRequest
from services.mixed_models.variants import ChosenVariants, OnProgress, passing_snps, watched
from services.statistics.commands import Stopwatch
from services.statistics.values import known

FloatArray = NDArray[np.float64]

_WRITTEN = CHROMOSOMES[:23]
"""Chromosomes 1 to 22 and X: rows of every file of predictions, as REGENIE's."""


@dataclasses.dataclass(frozen=True, slots=True)
class FirstStep:
    """What the other chromosomes predict of a trait, and how that was found."""

    predicted: Predicted
    facts: RidgeFacts
    notes: tuple[str, ...] = ()


def run_ridge(
    request: ScanRequest,
    people: Sequence[AnalysedPeople],
    variants: ChosenVariants,
    *,
    read: Sequence[Predicted],
    on_progress: OnProgress,
) -> tuple[Tested, ...]:
    """Test every SNP beside what the other chromosomes predict; one result a trait.

    Parameters
    ----------
    request, variants
        Choices and SNPs.
    people
        With each trait: the same people, one trait each. Of cases and controls one alone.
    read
        Predictions that files hold, one a trait; none where they are computed.
    on_progress
        Told the SNPs that were read.

    Raises
    ------
    MatchError
        If no SNP may enter the ridge, or all that may lie on one chromosome.
    AssociationError
        If a trait cannot be analysed.
    """
    watch = Stopwatch()
    if request.is_of_cases:
        check_groups(people[0].traits[:, 0])
    if read:
        steps = [_of_file(each, predicted) for each, predicted in zip(people, read, strict=True)]
    else:
        steps = _fit(request, people, variants, on_progress=on_progress)
    between, watch = watch.seconds, Stopwatch()
    tested = _second_step(request, people, variants, steps=steps, on_progress=on_progress)
    after = watch.seconds
    facts = [dataclasses.replace(step.facts, step_1_seconds=between, step_2_seconds=after) for step in steps]
    return tuple(
        dataclasses.replace(each, ridge=known_facts, predicted=step.predicted, notes=step.notes)
        for each, step, known_facts in zip(tested, steps, facts, strict=True)
    )


def _second_step(
    request: ScanRequest,
    people: Sequence[AnalysedPeople],
    variants: ChosenVariants,
    *,
    steps: Sequence[FirstStep],
    on_progress: OnProgress,
) -> tuple[Tested, ...]:
    predictions = stack_predictions([step.predicted for step in steps], variants.chromosomes)
    reader = watched(variants.reader(people[0].index), variants.n_snps, "scan", on_progress)
    if request.is_of_cases:
        return (cases_tested(reader, people[0], variants, predictions),)
    ranges = chromosome_ranges(variants.chromosomes)
    scans = scan_quantitative(reader, ranges, traits_of(people), people[0].covariates, predictions=predictions)
    return tuple(map(_quantitative, scans))


def _quantitative(found: QuantitativeScan) -> Tested:
    return Tested(
        found.reason == 0,
        found.n_seen,
        found.frequency,
        beta=found.beta,
        se=found.se,
        neg_log10_p={"score": found.neg_log10_p},
        more={},
        n_dropped=lost_by_reason(found.counts),
        lambda_gc={"score": lambda_gc(found.neg_log10_p)},
    )


def _of_file(people: AnalysedPeople, predicted: Predicted) -> FirstStep:
    correlation = predicted.correlation(people)
    facts = RidgeFacts(
        source=predicted.source,
        chromosomes=predicted.chromosomes,
        n_snps=None,
        n_left_out={},
        n_blocks=None,
        block_snps=None,
        n_folds=None,
        level1_heritability=None,
        explained=None,
        correlation=known(correlation),
        is_converged=True,
        step_1_seconds=0.0,
        step_2_seconds=0.0,
    )
    if correlation >= 0.0 or np.isnan(correlation):
        return FirstStep(predicted, facts)
    note = (
        f"The predictions do not go with the trait (mean correlation {correlation:.3f}, above 0 expected): check that "
        "they were made of this trait and in its direction."
    )
    return FirstStep(predicted, facts, (note,))


def _fit(
    request: ScanRequest, people: Sequence[AnalysedPeople], variants: ChosenVariants, *, on_progress: OnProgress
) -> list[FirstStep]:
    """The first step of all traits, from one pass over the SNPs that enter it."""
    first = people[0]
    rows, left_out, notes = _ridge_snps(request, first, variants, on_progress=on_progress)
    entering = variants.chosen(rows)
    ranges = chromosome_ranges(entering.chromosomes)
    reader = watched(entering.reader(first.index), entering.n_snps, "ridge", on_progress)
    options = RidgeOptions(block_snps=request.ridge.block_snps, n_folds=request.ridge.n_folds)
    names = tuple(dict.fromkeys((*_WRITTEN, *variants.chromosomes)))
    if request.is_of_cases:
        fit = fit_case_ridge(reader, ranges, first.traits[:, 0], first.covariates, options=options)
        found = [(_rows(fit.predictions, 0, fit.whole, names), fit.level1_heritability, fit.is_converged)]
        explained = [1.0 - float(fit.mean_deviance.min()) / fit.null_deviance]
        n_blocks, n_flat = fit.n_blocks, fit.n_flat
    else:
        made = fit_ridge(reader, ranges, traits_of(people), first.covariates, options=options)
        found = [
            (_rows(made.predictions, trait, made.whole[trait], names), float(made.level1_heritability[trait]), True)
            for trait in range(len(people))
        ]
        # Traits have n - c for a sum of squares, errors are means over n.
        n_columns = 1 + (0 if first.covariates is None else first.covariates.shape[1])
        of_mean = first.n_people / (first.n_people - n_columns)
        explained = [1.0 - float(error) * of_mean for error in made.mean_square_error.min(axis=1)]
        n_blocks, n_flat = made.n_blocks, made.n_flat
    return [
        FirstStep(
            predicted,
            RidgeFacts(
                source=predicted.source,
                chromosomes=tuple(chromosome.name for chromosome in ranges),
                n_snps=entering.n_snps - n_flat,
                n_left_out={**left_out, "flat": n_flat},
                n_blocks=n_blocks,
                block_snps=options.block_snps,
                n_folds=options.n_folds,
                level1_heritability=heritability,
                explained=share,
                correlation=known(predicted.correlation(each)),
                is_converged=is_converged,
                step_1_seconds=0.0,
                step_2_seconds=0.0,
            ),
            notes if is_converged else (*notes, _NOT_CONVERGED),
        )
        for each, (predicted, heritability, is_converged), share in zip(people, found, explained, strict=True)
    ]


_NOT_CONVERGED = (
    "A logistic fit of the first step did not converge: its predictions are those of its last step; leave out "
    "covariates that tell cases and controls apart."
)


def _rows(predictions: LocoPredictions, trait: int, whole: FloatArray, names: Sequence[str]) -> Predicted:
    """A row a chromosome; one that has no SNP in the ridge is left out of nothing."""
    rows = [predictions.of(name)[trait] if name in predictions.chromosomes else whole for name in names]
    return Predicted(tuple(names), np.stack(rows))


def _ridge_snps(
    request: ScanRequest, people: AnalysedPeople, variants: ChosenVariants, *, on_progress: OnProgress
) -> tuple[NDArray[np.intp], dict[str, int], tuple[str, ...]]:
    """The SNPs that enter the ridge, those that do not by reason, and notes."""
    is_autosomal, is_listed = variants.is_autosomal, np.ones(variants.n_snps, np.bool_)
    notes: tuple[str, ...] = ()
    if request.ridge.snps is not None:
        wanted = read_words(request.ridge.snps)
        is_listed = variants.table["rsid"].is_in(wanted).to_numpy()
        n_lost = len(set(wanted) - set(variants.table["rsid"].to_list()))
        notes = (f"{n_lost:,} SNPs of {request.ridge.snps.name} are not in the genotypes.",) if n_lost else ()
    rows = np.flatnonzero(is_autosomal & is_listed)
    asked = variants.chosen(rows)
    reader = watched(asked.reader(people.index), asked.n_snps, "frequencies", on_progress)
    bars = {"minimum_maf": request.minimum_maf, "maximum_missing": request.maximum_missing}
    passes = passing_snps(reader, asked.n_snps, people.n_people, **bars)
    chosen = rows[passes]
    left_out = {
        "not_autosomal": int((~is_autosomal).sum()),
        "not_listed": int((is_autosomal & ~is_listed).sum()),
        "below_bars": int((~passes).sum()),
    }
    n_chromosomes = len({variants.chromosomes[row] for row in chosen})
    if n_chromosomes < 2:
        raise MatchError(
            "leaving a chromosome out of the ridge needs SNPs on two or more",
            seen=f"{chosen.size:,} of {variants.n_snps:,} SNPs, on {n_chromosomes} chromosomes, that may enter it "
            f"(frequency from {request.minimum_maf:g}, at most {request.maximum_missing:g} missing)",
            where=request.ridge.snps or request.people.genotypes,
            remedy="give the genotypes of all chromosomes, lower the bars, or give predictions made elsewhere",
        )
    return chosen, left_out, notes
