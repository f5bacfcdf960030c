"""A scan in the graph: its study, its trait's properties, the lists on SNP nodes."""

from pathlib import Path
from typing import Any

import pytest

from services.graph.store import Store
from services.mixed_models import ScanAttachment, ScanReport, attach_scan, scan_genotypes
from services.releases import current_release
from services.settings import Settings
from tests.conftest import Cypher
from tests.services.mixed_models.cohort import Cohort

pytestmark = pytest.mark.store

REQUEST = ScanAttachment(trait="EFO:0004339", build="hg19", p_threshold=0.05)


def scan_to(cohort: Cohort, name: str = "height", **choices: Any) -> tuple[Path, ScanReport]:
    """Scan into files; the description, and what the scan said."""
    report = scan_genotypes(cohort.scan(out=cohort.folder / name, **choices))
    return Path(report.files[1]), report


def trait_of(cypher: Cypher, trait_id: str) -> dict[str, Any]:
    (row,) = cypher("MATCH (t:Trait {trait_id: $id}) RETURN properties(t) AS p", id=trait_id)
    return dict(row["p"])


def test_attach_scan__trait_says_what_the_scan_found(
    store: Store, settings: Settings, cypher: Cypher, cohort: Cohort
) -> None:
    file, report = scan_to(cohort)
    found = attach_scan(store, settings, file, REQUEST)
    null, trait = report.null, trait_of(cypher, "EFO:0004339")
    assert null is not None
    assert {name: value for name, value in trait.items() if name.startswith("lmm_")} == {
        "lmm_h2": null.pve,
        "lmm_h2_se": null.pve_se,
        "lmm_grm_kind": "centred",
        "lmm_minimum_maf": 0.01,
        "lmm_trace": null.trace,
        "lmm_lambda_gc": report.lambda_gc["wald"],
        "lmm_test": "wald",
        "lmm_method": "exact",
        "lmm_is_loco": False,
        "lmm_n": 120,
        "lmm_n_snps": 148,
        "lmm_table": f"/scans/{found.run_id}",
        "lmm_study_id": found.study_id,
        "lmm_run_id": found.run_id,
    }
    assert (found.status, found.load_status, found.n_rows, found.n_kept) == ("computed", "loaded", 148, 148)
    assert (trait["name"], found.trait_id, found.build) == ("height", "EFO:0004339", "GRCh37")
    assert current_release(store).run_ids == (found.run_id,)
