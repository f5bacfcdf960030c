"""Predictions of traits from all chromosomes but one, what the second step takes out of a trait."""

import dataclasses

import numpy as np
from numpy.typing import NDArray

from models.association.errors import AssociationError, TraitError

FloatArray = NDArray[np.float64]


@dataclasses.dataclass(frozen=True, slots=True)
class LocoPredictions:
    """What the rest of the genome says of each person's traits.

    Attributes
    ----------
    chromosomes
        The chromosome left out of each, k names.
    values
        ``[k, t, n]``: for quantitative traits in units of the trait's standard deviation once the covariates are
        taken out (n - c in its denominator; so are REGENIE's files), for case and control traits on the logit scale.
    """

    chromosomes: tuple[str, ...]
    values: FloatArray

    def of(self, chromosome: str) -> FloatArray:
        """Predictions for testing SNPs of a chromosome, ``[t, n]``.

        Raises
        ------
        AssociationError
            If there are none that leave it out.
        """
        if chromosome not in self.chromosomes:
            raise AssociationError(
                f"no predictions leave out chromosome {chromosome} (there are {', '.join(self.chromosomes)}): make "
                "them again with this chromosome, or test its SNPs apart"
            )
        return np.asarray(self.values[self.chromosomes.index(chromosome)])

    def checked(self, chromosome: str, n_traits: int, n_people: int) -> FloatArray:
        """The same, ``[t, n]``, of the traits and people of an analysis.

        Raises
        ------
        TraitError
            If they are of others, or missing for someone.
        """
        found = self.of(chromosome)
        if found.shape != (n_traits, n_people) or not np.isfinite(found).all():
            raise TraitError(
                f"predictions have shape {found.shape}, {np.count_nonzero(~np.isfinite(found))} of them missing; "
                f"wanted [{n_traits} traits, {n_people} people], none missing: leave out people without predictions"
            )
        return found
