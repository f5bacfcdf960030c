import numpy as np
import pytest

from models.association import scan_blocks
from models.association.design import build_design
from models.association.scan_blocks import run_scan
from models.association.scan_filters import PreparedBlock, ScanFilters
from models.association.scan_results import Scan
from models.genotype_blocks import GenotypeBlockError, array_reader
from tests.models.association.families import make_families

FAMILIES = make_families(4, 11)


def test_run_scan__every_snp_that_passes_is_tested_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan_blocks, "LARGEST_BLOCK", 4)
    dosages = FAMILIES.dosages.copy()
    dosages[5] = 1.0
    seen: list[int] = []

    def note(prepared: PreparedBlock, rows: np.ndarray, into: Scan) -> int:
        assert prepared.dosages.shape == (rows.size, 20)
        into.beta[rows] = rows
        seen.extend(rows.tolist())
        return rows.size

    design = build_design(FAMILIES.y)
    found = run_scan(array_reader(dosages), 11, design=design, tester=note, filters=ScanFilters(minimum_maf=0.0))
    assert seen == [0, 1, 2, 3, 4, 6, 7, 8, 9, 10]
    assert found.n_refitted == 10
    assert np.isnan(found.beta[5])
    np.testing.assert_allclose(found.frequency, dosages.mean(axis=1) / 2, rtol=1e-6)


def test_run_scan__refuses_a_reader_of_other_people() -> None:
    design = build_design(FAMILIES.y[:-1])
    with pytest.raises(GenotypeBlockError, match="hand it the people of the analysis"):
        run_scan(array_reader(FAMILIES.dosages), 11, design=design, tester=lambda *_: 0, filters=ScanFilters())
