"""GraphQL types of the two tests of candidates: family-wise, and apart from it at a false discovery rate."""

from typing import Any

import strawberry

from api.gql.building import build_record


@strawberry.type(
    description="Bonferroni over the candidates: the chance that even one that passes is wrong is at most rate."
)
class FamilyWiseTest:
    """The family-wise test."""

    rate: float
    n_candidates: int
    threshold: float = strawberry.field(description="Minus log10 of rate / nCandidates.")
    p_threshold: str
    n_rejected: int = strawberry.field(description="Candidates that pass.")
    n_loci: int = strawberry.field(description="Their clumps.")


@strawberry.type(description="What Bonferroni says of one candidate.")
class FamilyWiseResult:
    """A family-wise result."""

    p_adjusted: str
    neg_log10_adjusted: float = strawberry.field(name="negLog10Adjusted")
    is_rejected: bool


@strawberry.type(
    description="What passes at a false discovery rate; the rate is promised for candidates, not for loci."
)
class Discoveries:
    """Discoveries."""

    n_candidates: int
    n_loci: int


@strawberry.type(description="Candidates of similar score, and the weight they got.")
class WeightBin:
    """A bin."""

    number: int = strawberry.field(description="1 for the lowest scores.")
    lowest_score: float
    highest_score: float
    n_candidates: int
    lowest_weight: float = strawberry.field(description="Weights differ between chromosomes.")
    mean_weight: float
    highest_weight: float
    n_unweighted: int = strawberry.field(description="Discoveries with equal weights.")
    n_weighted: int = strawberry.field(description="Discoveries with these weights.")


@strawberry.type(
    description="Whether the score knows p where there is no effect: SNPs with a large p, one an LD block."
)
class CovariateCheck:
    """A check."""

    among: str = strawberry.field(description="Which SNPs, and by which score.")
    above: float = strawberry.field(description="The bound on p.")
    n_blocks: int | None
    rank_correlation: float | None
    interval: list[float] | None = strawberry.field(description="95 % interval of rankCorrelation.")
    p_value: float | None
    n_strata: int | None
    chi_square: float | None = strawberry.field(description="Whether p has one histogram in all strata of the score.")
    degrees_of_freedom: int | None
    histogram_p_value: float | None
    reason: str | None = strawberry.field(description="Why nothing was checked.")


@strawberry.type(
    description="Benjamini-Hochberg over the candidates: of those that pass, a share of rate is expected to be wrong."
)
class FalseDiscoveryTest:
    """The false discovery test."""

    rate: float
    n_candidates: int
    n_chromosomes: int
    unweighted: Discoveries
    weighted: Discoveries | None = strawberry.field(description="Null where reason says why.")
    reason: str | None = strawberry.field(description="Why the candidates were not weighted.")
    covariate: str = strawberry.field(description="What weights are learned from.")
    bins: list[WeightBin]
    checks: list[CovariateCheck]


@strawberry.type(description="What Benjamini-Hochberg says of one candidate.")
class FalseDiscoveryResult:
    """A false discovery result."""

    p_adjusted: str
    neg_log10_adjusted: float = strawberry.field(name="negLog10Adjusted")
    is_discovery: bool = strawberry.field(description="Whether it passes with equal weights.")
    score_bin: int | None
    weight: float | None
    weighted_p_adjusted: str | None
    weighted_neg_log10_adjusted: float | None = strawberry.field(name="weightedNegLog10Adjusted")
    is_weighted_discovery: bool | None


def build_family_wise(test: Any) -> FamilyWiseTest | None:
    """The family-wise test of a report."""
    return None if test is None else build_record(FamilyWiseTest, test)


def build_false_discovery(test: Any) -> FalseDiscoveryTest | None:
    """The false discovery test of a report."""
    if test is None:
        return None
    return build_record(
        FalseDiscoveryTest,
        test,
        unweighted=build_record(Discoveries, test.unweighted),
        weighted=None if test.weighted is None else build_record(Discoveries, test.weighted),
        bins=[build_record(WeightBin, found) for found in test.bins],
        checks=[
            build_record(CovariateCheck, check, interval=None if check.interval is None else list(check.interval))
            for check in test.checks
        ],
    )


def build_family_wise_result(result: Any) -> FamilyWiseResult | None:
    """What the family-wise test says of a candidate."""
    return None if result is None else build_record(FamilyWiseResult, result)


def build_false_discovery_result(result: Any) -> FalseDiscoveryResult | None:
    """What the false discovery test says of a candidate."""
    return None if result is None else build_record(FalseDiscoveryResult, result)
