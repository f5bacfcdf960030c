"""What each flag of variance components means, for every way in."""

from collections.abc import Mapping
from typing import Final

from models.heritability import BIVARIATE_FLAG_MEANINGS, REML_FLAG_MEANINGS

REML_MEANINGS: Final[Mapping[str, str]] = {**REML_FLAG_MEANINGS, **BIVARIATE_FLAG_MEANINGS}
"""A sentence for each flag and each reason of not converging."""
