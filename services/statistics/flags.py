"""What each flag of an analysis means, for every way in."""

from collections.abc import Mapping
from typing import Final

from models.heritability import FLAG_MEANINGS as _OF_REGRESSIONS

FLAG_MEANINGS: Final[Mapping[str, str]] = {
    **_OF_REGRESSIONS,
    "few_people": "The LD panel has fewer than 100 people, so its LD scores are noisy and heritabilities come out low.",
}
"""A sentence for each flag that a report or a node may carry."""
