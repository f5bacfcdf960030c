"""The fast approximation: lambda of the model without a SNP for every SNP (EMMAX, P3D)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.association.null_model import NullModel, Rotated
from models.association.scan_filters import PreparedBlock
from models.association.scan_results import Scan
from models.association.snp_likelihood import node_columns, r_squared, snp_sums
from models.association.snp_tests import BlockRotation, write_score, write_wald


class FixedTester:
    """Tests at the lambda of the null model.

    References
    ----------
    Kang et al. 2010, Nat Genet 42:348, doi:10.1038/ng.548; Lippert et al. 2011, Nat Methods 8:833,
    doi:10.1038/nmeth.1681.
    """

    def __init__(self, rotated: Rotated, null: NullModel, rotation: BlockRotation) -> None:
        self._null, self._rotation = null, rotation
        self._columns = node_columns(rotated, np.array([null.log_lambda_reml, null.log_lambda_ml]))

    def __call__(self, prepared: PreparedBlock, rows: NDArray[np.int64], into: Scan) -> int:
        """Test `prepared` SNPs, which are `rows` of the scan; none is ever fitted again."""
        x = self._rotation.of(prepared)
        sums, y_p_y = snp_sums(x, self._columns), self._columns.at.y_p_y
        degrees = self._columns.for_squares.shape[0] - self._columns.at.whitened.shape[1] - 1
        rest = y_p_y[0] * (1.0 - r_squared(sums, y_p_y)[:, 0])
        write_wald(into, rows, sums.effect[:, 0], sums.x_p_x[:, 0], rest, degrees=degrees)
        into.log_lambda_reml[rows] = self._null.log_lambda_reml
        write_score(into, rows, sums.columns(slice(1, 2)), y_p_y[1:], n_people=x.shape[1], degrees=degrees)
        return 0
