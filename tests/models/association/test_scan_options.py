import pytest

from models.association.errors import ScanOptionError
from models.association.scan_options import ScanOptions


def test_scan_options__refuse_an_unknown_method() -> None:
    with pytest.raises(ScanOptionError, match="a scan's method is exact or p3d, not 'emmax'"):
        ScanOptions(method="emmax")  # type: ignore[arg-type]


def test_scan_options__refuse_an_unknown_precision() -> None:
    with pytest.raises(ScanOptionError, match="a scan's precision is float32 or float64, not 'half'"):
        ScanOptions(precision="half")  # type: ignore[arg-type]


@pytest.mark.parametrize("n_nodes", [15, 65])
def test_scan_options__refuse_too_few_or_too_many_nodes(n_nodes: int) -> None:
    with pytest.raises(ScanOptionError, match=f"n_nodes must lie between 16 and 64, not at {n_nodes}"):
        ScanOptions(n_nodes=n_nodes)
