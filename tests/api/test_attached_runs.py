"""From files of people to the web: what a scan and REML wrote is what GraphQL and ``/scans`` say."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pytest

from api.app import create_app
from services.graph.store import Store
from services.ingest import remove_study
from services.mixed_models import ScanAttachment, attach_reml, attach_scan, estimate_reml, scan_genotypes
from services.settings import Settings
from services.statistics import refresh_statistics
from tests.api.browser import Browser, open_browser
from tests.services.mixed_models.cohort import Cohort, write_cohort

pytestmark = pytest.mark.store

HEIGHT = "EFO:0004339"
REQUEST = ScanAttachment(trait=HEIGHT, build="GRCh37", p_threshold=0.05)
QUERY = """{ trait(id: "EFO:0004339") { mixedModel {
  h2 h2Se n nSnps lambdaGc tableUrl isStale run { id isCurrent } study { id }
  reml { h2 h2Se n isConverged } partition { h2 h2Se isConverged reason parts { name share shareSe } }
  topAssociations(first: 1) { nodes { effectAllele effectSize negLog10P snp { id allele1
    mixedModelResults { nodes { effectSize standardError negLog10P run { id } trait { id } } } } } } } } }"""


@pytest.fixture
def cohort(tmp_path: Path) -> Cohort:
    return write_cohort(tmp_path)


@pytest.fixture
def web(store: Store, settings: Settings) -> Iterator[Browser]:
    with open_browser(create_app(settings)) as opened:
        yield opened


def mixed_model(web: Browser) -> Any:
    answer = web.ask(QUERY)
    assert "errors" not in answer, answer
    return answer["data"]["trait"]["mixedModel"]


def test_attached_scan__is_what_the_web_shows(store: Store, settings: Settings, cohort: Cohort, web: Browser) -> None:
    report = scan_genotypes(cohort.scan(out=cohort.folder / "height"))
    found = attach_scan(store, settings, Path(report.files[1]), REQUEST)
    table = pl.read_parquet(report.files[0])
    shown, null = mixed_model(web), report.null
    assert null is not None
    assert (shown["h2"], shown["h2Se"], shown["n"], shown["nSnps"]) == (null.pve, null.pve_se, 120, table.height)
    assert (shown["run"], shown["study"]) == ({"id": found.run_id, "isCurrent": True}, {"id": found.study_id})
    assert (shown["isStale"], shown["reml"], shown["partition"]) == (False, None, None)

    (best,) = shown["topAssociations"]["nodes"]
    row = table.top_k(1, by="neg_log10_p_wald").row(0, named=True)
    assert (best["effectAllele"], best["effectSize"]) == (row["effect_allele"], row["beta"])
    (of_snp,) = best["snp"]["mixedModelResults"]["nodes"]
    sign = 1.0 if best["snp"]["allele1"] == row["effect_allele"] else -1.0
    assert of_snp == {
        "effectSize": sign * row["beta"],
        "standardError": row["se"],
        "negLog10P": row["neg_log10_p_wald"],
        "run": {"id": found.run_id},
        "trait": {"id": HEIGHT},
    }

    arrow = web.get(shown["tableUrl"], params={"format": "arrow"})
    assert arrow.status_code == 200, arrow.text
    served = pl.from_arrow(pa.ipc.open_stream(arrow.content).read_all())
    assert isinstance(served, pl.DataFrame)
    assert served.equals(table)
    listed = web.get("/scans").json()["scans"]
    assert [(scan["url"], scan["columns"], scan["n_snps"]) for scan in listed] == [
        (shown["tableUrl"], table.columns, table.height)
    ]
    top = web.get(shown["tableUrl"], params={"min_neg_log10_p": "4", "columns": "rsid"}).json()["columns"]["rsid"]
    assert top == table.filter(pl.col("neg_log10_p_wald") >= 4)["rsid"].to_list() != []


def test_attached_scan__takes_the_place_of_the_one_before_and_goes_with_its_study(
    store: Store, settings: Settings, cohort: Cohort, web: Browser
) -> None:
    first = scan_genotypes(cohort.scan(out=cohort.folder / "first"))
    second = scan_genotypes(cohort.scan(out=cohort.folder / "second", method="p3d"))
    old = attach_scan(store, settings, Path(first.files[1]), REQUEST)
    new = attach_scan(store, settings, Path(second.files[1]), REQUEST)
    shown = mixed_model(web)
    assert (shown["run"]["id"], shown["study"]["id"]) == (new.run_id, new.study_id)
    assert web.get(f"/scans/{old.run_id}").status_code == 410
    (best,) = shown["topAssociations"]["nodes"]
    assert [row["run"]["id"] for row in best["snp"]["mixedModelResults"]["nodes"]] == [new.run_id]

    remove_study(store, settings, new.study_id)
    refresh_statistics(store, settings)
    assert web.get(f"/scans/{new.run_id}").status_code in {404, 410}
    assert web.get("/scans").json()["scans"] == []
    assert mixed_model(web) is None


def test_attached_reml__is_what_the_web_shows(store: Store, settings: Settings, cohort: Cohort, web: Browser) -> None:
    report = scan_genotypes(cohort.scan(out=cohort.folder / "height"))
    attach_scan(store, settings, Path(report.files[1]), REQUEST)
    whole = estimate_reml(cohort.reml(out=cohort.folder / "whole"))
    failed = estimate_reml(cohort.reml(out=cohort.folder / "parts", parts="chromosome", max_iterations=1))
    for found in (whole, failed):
        attach_reml(store, settings, Path(found.files[0]), traits=[HEIGHT])
    shown = mixed_model(web)
    assert shown["reml"] == {"h2": whole.h2, "h2Se": whole.h2_se, "n": 120, "isConverged": True}
    nothing = {"h2": None, "h2Se": None, "isConverged": False, "reason": "too_many_iterations", "parts": []}
    assert shown["partition"] == nothing

    parts = estimate_reml(cohort.reml(out=cohort.folder / "parts", parts="chromosome", is_constrained=True))
    assert parts.is_converged
    attach_reml(store, settings, Path(parts.files[0]), traits=[HEIGHT])
    found = mixed_model(web)["partition"]
    assert found == {
        "h2": parts.h2,
        "h2Se": parts.h2_se,
        "isConverged": True,
        "reason": None,
        "parts": [{"name": c.name, "share": c.share, "shareSe": c.share_se} for c in parts.components],
    }
