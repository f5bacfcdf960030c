"""How large the simulated cohort is."""

from dataclasses import dataclass
from typing import Final

N_SIBLINGS: Final = 4
"""Full siblings of each family."""


@dataclass(frozen=True, slots=True)
class CohortSize:
    """Numbers of SNPs and people of the simulated cohort.

    Attributes
    ----------
    n_snps
        SNPs over 22 autosomes, all of them causal for both traits; 0 for no cohort.
    n_people
        People, of whom each trait is measured in a part.
    n_first, n_second
        People with the first trait (from the first person on) and with the second (up to the last person).
    n_panel_people
        Other people of the same population, whose genotypes are the LD panel.
    n_families
        Families of `N_SIBLINGS` full siblings, with genotypes and both traits; 0 for none.

    Notes
    -----
    With twice as many people the mean chi² is near 4 in so small a genome; then the first of LD score regression's two
    steps, which leaves SNPs with chi² above 30 out, leaves out the best tagged ones, and h² comes out a tenth low (the
    mean of eight seeds: .459 for .5; here .496).
    """

    n_snps: int = 22_000
    n_people: int = 6_000
    n_first: int = 5_000
    n_second: int = 4_000
    n_panel_people: int = 500
    n_families: int = 250

    @property
    def n_shared(self) -> int:
        """People with both traits."""
        return max(0, self.n_first + self.n_second - self.n_people)

    def people(self, trait: int) -> slice:
        """People with a trait: 0 for the first, 1 for the second."""
        return slice(0, self.n_first) if trait == 0 else slice(self.n_people - self.n_second, self.n_people)
