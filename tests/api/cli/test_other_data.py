"""The tables of S3 and S4 in the terminal."""

import pytest

from api.cli.other_data import show_other_data
from models.pinsage import Measure
from models.pinsage.recapitulation import RecapitulationRow
from services.evaluation.recapitulated import RecapitulationGroup, RecapitulationReport

NOTHING = Measure(float("nan"), float("nan"), float("nan"))


def test_show_other_data__prints_shares_beside_matched_snps_and_a_dash_for_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    row = RecapitulationRow(
        k=10, n_possible=1200, n_rnas=7, n_found=600.0, share=Measure(0.5, 0.4, 0.6), matched=Measure(0.1, 0.05, 0.15),
        excess=Measure(0.4, 0.3, 0.5), n_predicted=0.0, precision=NOTHING,
    )  # fmt: skip
    group = RecapitulationGroup("PinSage", "any LD block", "all associations", (row,))
    report = RecapitulationReport("f", 5, 4, 3, 2, 4.0, (0, 1), (group,))
    show_other_data({"S3": report})
    shown = " ".join(capsys.readouterr().out.split())
    assert "recapitulated SNP-RNA associations: all associations" in shown
    assert "any 10 1,200 7 0.500 [0.400, 0.600] 0.100 +0.400 [+0.300, +0.500] –" in shown
    assert "trained on 5 mQTL edges of 4 SNPs (4 with a vector)" in shown
