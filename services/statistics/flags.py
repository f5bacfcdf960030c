"""What each flag of an analysis means, for every way in."""

from collections.abc import Mapping
from typing import Final

from models.heritability import FLAG_MEANINGS as _OF_REGRESSIONS

FLAG_MEANINGS: Final[Mapping[str, str]] = {
    **_OF_REGRESSIONS,
    "few_people": "The LD panel has fewer than 100 people, so its LD scores are noisy and heritabilities come out low.",
    "empty_annotation": "An annotation holds no SNP of the panel, so its LD scores are 0 and cannot be regressed on.",
    "genes_without_place": "Some genes of a gene set have no place in the coordinates, and are left out.",
}
"""A sentence for each flag that a report or a node may carry."""
