"""What can be wrong with an association analysis, by name."""


class AssociationError(ValueError):
    """An association analysis cannot be made from these numbers."""


class KinshipMatrixError(AssociationError):
    """A matrix cannot be a kinship matrix (not square, not symmetric, not finite, empty of relationships)."""


class TraitError(AssociationError):
    """A trait or covariate has the wrong shape, is missing for people of the analysis, or does not vary."""


class TooFewPeopleError(AssociationError):
    """There are fewer people than the covariates, the SNP and a residual need."""


class CollinearCovariatesError(AssociationError):
    """Covariates are constant, or copies or sums of each other, so their effects cannot be told apart.

    Attributes
    ----------
    columns
        Numbers of the covariates involved, counted from 0.
    """

    def __init__(self, message: str, columns: tuple[int, ...]) -> None:
        super().__init__(message)
        self.columns = columns


class ScanOptionError(AssociationError):
    """An option of a scan has a value that it cannot have."""


class WeightingError(AssociationError):
    """Hypotheses cannot be weighted: p-values, covariate or folds do not fit together, or an option is impossible."""
