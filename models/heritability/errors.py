"""What can be wrong with a heritability analysis, by name."""


class HeritabilityError(ValueError):
    """A heritability analysis cannot be made from these numbers."""


class BadStatisticsError(HeritabilityError):
    """An array has the wrong shape, or holds a value that cannot be (NaN in z, N of 0, ...)."""


class TooFewSnpsError(HeritabilityError):
    """There are fewer SNPs than the blocks of the jackknife and the columns of the regression need."""


class SingularDesignError(HeritabilityError):
    """Columns of the regression are copies or sums of each other, so their coefficients cannot be told apart.

    Attributes
    ----------
    columns
        Numbers of the LD score columns involved, counted from 0; the intercept has the number after the last.
    """

    def __init__(self, message: str, columns: tuple[int, ...]) -> None:
        super().__init__(message)
        self.columns = columns


class GenotypeError(HeritabilityError):
    """Genotypes, positions or annotations of an LD reference are not what they must be."""


class WindowError(HeritabilityError):
    """The LD window cannot be used: not positive, or as wide as the chromosome."""


class PhenotypeError(HeritabilityError):
    """Phenotypes, covariates or relationship matrices do not fit together, or leave nothing to estimate from."""
