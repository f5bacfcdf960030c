import pytest

from tests.goldens import check_golden
from tests.models.association.null_simulation import run


@pytest.mark.slow
def test_scan__is_calibrated_where_least_squares_is_not() -> None:
    """Causes on even chromosomes, families, odd chromosomes tested, 20 traits."""
    found = run(20)
    assert found.lambda_gc["ols"] > 1.1
    check_golden("null simulation: mean lambda GC, whole kinship", found.lambda_gc["whole"], 1.0, atol=0.03)
    check_golden("null simulation: mean lambda GC, whole kinship, LRT", found.lambda_gc_lrt, 1.0, atol=0.03)
    check_golden("null simulation: mean lambda GC, whole kinship, score", found.lambda_gc_score, 1.0, atol=0.03)
    check_golden("null simulation: mean lambda GC, LOCO", found.lambda_gc["loco"], 1.0, atol=0.05)
    assert found.power["whole"] > 0.4
