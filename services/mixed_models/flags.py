"""What each flag of variance components and of scans means, for every way in."""

from collections.abc import Mapping
from typing import Final

from models.heritability import BIVARIATE_FLAG_MEANINGS, REML_FLAG_MEANINGS

REML_MEANINGS: Final[Mapping[str, str]] = {**REML_FLAG_MEANINGS, **BIVARIATE_FLAG_MEANINGS}
"""A sentence for each flag and each reason of not converging."""

SCAN_MEANINGS: Final[Mapping[str, str]] = {
    "variance_ratio_at_bound": "The variance ratio stands at the end of its range: this kinship explains nothing of "
    "the trait, or all of it.",
    "inflated": "The scan took neither kinship nor other chromosomes into account, and its genomic control is above "
    "1.05: relatives or ancestry may be behind its small p-values.",
}
"""A sentence for each flag of a scan in the graph."""
