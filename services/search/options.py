"""Settings of the search for candidate loci: every choice that the published method leaves open."""

from dataclasses import dataclass
from typing import Literal, get_args

from services.neighbour_table import MAX_PER_BLOCK, K
from services.search.errors import OptionError

Method = Literal["pinsage", "two_hop"]


@dataclass(frozen=True, slots=True)
class CandidateOptions:
    """How candidates are proposed and tested; every field may be left out.

    Attributes
    ----------
    method
        ``pinsage``: neighbours in the embedding space of the current release's model. ``two_hop``: a walk of two
        steps over shared molecules, which needs no model.
    k
        Neighbours taken of each query SNP.
    max_per_block
        Neighbours taken from one LD block at most, so that linked SNPs of one locus do not fill the `k`; pinsage only.
    p_threshold
        SNPs of the trait with a smaller p are known: they are the query, and their surroundings are excluded.
    window_bp
        Candidates this close to a known SNP are excluded (bp).
    r_squared
        Candidates with a larger r² to a known SNP are excluded; SNPs with a larger r² are one clump.
    gene_window_bp
        Candidates this close to the gene of a known SNP that has no place in the reference build are excluded (bp).
    alpha
        Family-wise error rate over the candidates.
    false_discovery_rate
        Rate of the false discovery test that stands beside it.
    n_null_sets
        Sets of matched random candidates; 0 leaves the null out.
    seed
        Seed of the random sets.
    limit
        Candidates listed; those that pass the test are listed whatever their number.
    max_paths
        Evidence paths listed for one candidate.
    """

    method: Method = "pinsage"
    k: int = K
    max_per_block: int = MAX_PER_BLOCK
    p_threshold: float = 5e-8
    window_bp: int = 1_000_000
    r_squared: float = 0.1
    gene_window_bp: int = 2_000_000
    alpha: float = 0.05
    false_discovery_rate: float = 0.05
    n_null_sets: int = 100
    seed: int = 1
    limit: int = 50
    max_paths: int = 3

    def __post_init__(self) -> None:
        """Check every value once.

        Raises
        ------
        OptionError
            For an impossible value, naming the option, the value and what was wanted.
        """
        _check(self.method in get_args(Method), "method", self.method, f"one of {', '.join(get_args(Method))}")
        _check(self.k >= 1, "k", self.k, "a number of neighbours of at least 1")
        _check(self.max_per_block >= 1, "max_per_block", self.max_per_block, "a number of neighbours of at least 1")
        _check(0.0 < self.p_threshold <= 1.0, "p_threshold", self.p_threshold, "a p-value above 0 and at most 1")
        _check(0.0 < self.alpha <= 1.0, "alpha", self.alpha, "an error rate above 0 and at most 1")
        rate = self.false_discovery_rate
        _check(0.0 < rate < 1.0, "false_discovery_rate", rate, "a rate above 0 and below 1")
        _check(0.0 <= self.r_squared <= 1.0, "r_squared", self.r_squared, "a squared correlation between 0 and 1")
        for name in ("window_bp", "gene_window_bp", "n_null_sets", "seed", "limit", "max_paths"):
            _check(getattr(self, name) >= 0, name, getattr(self, name), "a whole number of at least 0")


def _check(is_fine: bool, name: str, value: object, wanted: str) -> None:
    if not is_fine:
        raise OptionError(f"candidate option {name} is {value!r}: give {wanted}")
