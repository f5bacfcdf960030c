"""Scans beside a whole-genome ridge regression: its first step or predictions of a file, and the second step."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from loaders.builds import CHROMOSOMES
from loaders.person_tables import read_words
from models.association.chromosome_ranges import ChromosomeRange, chromosome_ranges
from models.association.loco_predictions import LocoPredictions
from models.association.logistic_score import check_groups
from models.association.regenie_step2 import QuantitativeScan, scan_quantitative
from models.association.ridge import fit_ridge
from models.association.ridge_cases import fit_case_ridge
from models.association.ridge_options import RidgeOptions
from models.genotype_blocks import BlockReader
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

_NOT_CONVERGED = (
    "A logistic fit of the first step did not converge: its predictions are those of its last step; leave out "
    "covariates that tell cases and controls apart."
)


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
        steps = [_of_file(each, predicted, variants) for each, predicted in zip(people, read, strict=True)]
    else:
        steps = _fit(request, people, variants, on_progress=on_progress)
    between, watch = watch.seconds, Stopwatch()
    tested = _second_step(request, people, variants, steps=steps, on_progress=on_progress)
    after = watch.seconds
    facts = [dataclasses.replace(step.facts, step_1_seconds=between, step_2_seconds=after) for step in steps]
    return tuple(
        dataclasses.replace(each, ridge=of_ridge, predicted=step.predicted, notes=step.notes)
        for each, step, of_ridge in zip(tested, steps, facts, strict=True)
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


def _of_file(people: AnalysedPeople, predicted: Predicted, variants: ChosenVariants) -> FirstStep:
    correlation = predicted.correlation(people, variants.chromosomes)
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


@dataclasses.dataclass(frozen=True, slots=True)
class _Fitted:
    """The ridge of a trait: the model's predictions (number `row` of them), and what is reported."""

    predictions: LocoPredictions
    row: int
    whole: FloatArray
    heritability: float
    explained: float
    n_blocks: int
    n_flat: int
    is_converged: bool = True

    def predicted(self, names: Sequence[str]) -> Predicted:
        """A row a chromosome; from one that has no SNP in the ridge nothing is left out."""
        there = self.predictions.chromosomes
        rows = [self.predictions.of(name)[self.row] if name in there else self.whole for name in names]
        return Predicted(tuple(names), np.stack(rows))


def _fit(
    request: ScanRequest, people: Sequence[AnalysedPeople], variants: ChosenVariants, *, on_progress: OnProgress
) -> list[FirstStep]:
    """The first step of all traits, from one pass over the SNPs that enter it."""
    rows, left_out, notes = _ridge_snps(request, people[0], variants, on_progress=on_progress)
    entering = variants.chosen(rows)
    ranges = chromosome_ranges(entering.chromosomes)
    reader = watched(entering.reader(people[0].index), entering.n_snps, "ridge", on_progress)
    options = RidgeOptions(block_snps=request.ridge.block_snps, n_folds=request.ridge.n_folds)
    fit = _fit_cases if request.is_of_cases else _fit_quantitative
    names = tuple(dict.fromkeys((*(_WRITTEN if request.ridge.is_written else ()), *variants.chromosomes)))
    steps = []
    for each, fitted in zip(people, fit(reader, ranges, people, options), strict=True):
        predicted = fitted.predicted(names)
        facts = RidgeFacts(
            source=predicted.source,
            chromosomes=tuple(chromosome.name for chromosome in ranges),
            n_snps=entering.n_snps - fitted.n_flat,
            n_left_out={**left_out, "flat": fitted.n_flat},
            n_blocks=fitted.n_blocks,
            block_snps=options.block_snps,
            n_folds=options.n_folds,
            level1_heritability=fitted.heritability,
            explained=fitted.explained,
            correlation=known(predicted.correlation(each, variants.chromosomes)),
            is_converged=fitted.is_converged,
            step_1_seconds=0.0,
            step_2_seconds=0.0,
        )
        steps.append(FirstStep(predicted, facts, notes if fitted.is_converged else (*notes, _NOT_CONVERGED)))
    return steps


def _fit_quantitative(
    reader: BlockReader, ranges: Sequence[ChromosomeRange], people: Sequence[AnalysedPeople], options: RidgeOptions
) -> list[_Fitted]:
    first = people[0]
    fit = fit_ridge(reader, ranges, traits_of(people), first.covariates, options=options)
    # Sums of squares of traits are n - c; errors are means over n.
    n_columns = 1 + (0 if first.covariates is None else first.covariates.shape[1])
    of_mean = first.n_people / (first.n_people - n_columns)
    return [
        _Fitted(
            fit.predictions,
            row,
            fit.whole[row],
            float(fit.level1_heritability[row]),
            1.0 - float(fit.mean_square_error[row].min()) * of_mean,
            fit.n_blocks,
            fit.n_flat,
        )
        for row in range(len(people))
    ]


def _fit_cases(
    reader: BlockReader, ranges: Sequence[ChromosomeRange], people: Sequence[AnalysedPeople], options: RidgeOptions
) -> list[_Fitted]:
    fit = fit_case_ridge(reader, ranges, people[0].traits[:, 0], people[0].covariates, options=options)
    explained = 1.0 - float(fit.mean_deviance.min()) / fit.null_deviance
    return [
        _Fitted(
            fit.predictions,
            0,
            fit.whole,
            fit.level1_heritability,
            explained,
            fit.n_blocks,
            fit.n_flat,
            is_converged=fit.is_converged,
        )
    ]


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
