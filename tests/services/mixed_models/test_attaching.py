"""A scan in the graph: its study, its trait's properties, the lists on SNP nodes."""

import dataclasses
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from loaders.alleles import aligned_sign
from services.graph.store import Store
from services.ingest import ingest_manifest, remove_study
from services.mixed_models import (
    AttachedScan,
    AttachError,
    ScanAttachment,
    ScanReport,
    attach_scan,
    check_scan_attachment,
    scan_genotypes,
)
from services.mixed_models.attaching import SCAN_NAME
from services.registry import artefact_folder, sha256_of
from services.releases import current_release
from services.search.errors import TraitNotResolved
from services.settings import Settings
from services.statistics import (
    LdScoreRequest,
    RegressionRequest,
    compute_ld_scores,
    estimate_trait_heritability,
    refresh_statistics,
)
from tests.conftest import Cypher
from tests.services.ingest.tiny import dump, evidence, write_manifest, write_study
from tests.services.mixed_models.cohort import Cohort

pytestmark = pytest.mark.store

HEIGHT = "EFO:0004339"
REQUEST = ScanAttachment(trait=HEIGHT, build="hg19", p_threshold=0.05)
ALLELES = {10: ("G", "A"), 11: ("T", "C"), 12: ("C", "T"), 13: ("A", "T"), 14: ("AC", "A")}
"""SNPs whose alleles are not A and G: turned, of the other strand, both, of unknown strand, an insertion."""


def scan_to(cohort: Cohort, name: str = "height", **choices: Any) -> tuple[Path, ScanReport]:
    """Scan into files; the description, and what the scan said."""
    report = scan_genotypes(cohort.scan(out=cohort.folder / name, **choices))
    return Path(report.files[1]), report


def turn_alleles(cohort: Cohort) -> None:
    """Give some SNPs other alleles."""
    bim = cohort.bed.with_suffix(".bim")
    rows = [line.split() for line in bim.read_text().splitlines()]
    for row, alleles in ALLELES.items():
        rows[row][4:] = alleles
    bim.write_text("".join("\t".join(row) + "\n" for row in rows))


def trait_of(cypher: Cypher, trait_id: str = HEIGHT) -> dict[str, Any]:
    (row,) = cypher("MATCH (t:Trait {trait_id: $id}) RETURN properties(t) AS p", id=trait_id)
    return dict(row["p"])


def lists_of(cypher: Cypher) -> dict[str, dict[str, tuple[float, float, float]]]:
    """Effect, error and -log10 p by SNP and run."""
    rows = cypher(
        "MATCH (s:SNP) WHERE s.lmm_run_ids IS NOT NULL RETURN s.key AS key, s.lmm_run_ids AS runs, "
        "s.lmm_effect_sizes AS effects, s.lmm_standard_errors AS errors, s.lmm_neg_log10_ps AS ps"
    )
    lists = ("effects", "errors", "ps")
    return {
        row["key"]: dict(zip(row["runs"], zip(*(row[name] for name in lists), strict=True), strict=True))
        for row in rows
    }


def expected_lists(table: Path, keys: set[str]) -> dict[str, tuple[float, float, float]]:
    """The same of the rows of a scan's table whose SNPs are nodes, worked out row by row."""
    found = {}
    for row in pl.read_parquet(table).iter_rows(named=True):
        sign = aligned_sign(row["effect_allele"], row["other_allele"])
        values = (math.nan if sign is None else sign * row["beta"], row["se"], row["neg_log10_p_wald"])
        found[f"{row['chromosome']}:{row['position_bp']}"] = values
    return {key: found[place] for key in keys if (place := ":".join(key.split(":")[1:3])) in found}


def test_attach_scan__trait_says_what_the_scan_found(
    store: Store, settings: Settings, cypher: Cypher, cohort: Cohort
) -> None:
    file, report = scan_to(cohort)
    found = attach_scan(store, settings, file, REQUEST)
    null, trait = report.null, trait_of(cypher)
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
    assert (trait["name"], found.trait_id, found.build) == ("height", HEIGHT, "GRCh37")
    assert current_release(store).run_ids == (found.run_id,)


def test_attach_scan__edges_and_lists_are_those_of_the_table(
    store: Store, settings: Settings, cypher: Cypher, cohort: Cohort
) -> None:
    turn_alleles(cohort)
    file, _ = scan_to(cohort)
    found = attach_scan(store, settings, file, dataclasses.replace(REQUEST, p_threshold=0.6))
    table = pl.read_parquet(file.with_name("height.gwas.parquet"))
    wanted = table.filter(pl.col("neg_log10_p_wald") > -math.log10(0.6)).sort("chromosome", "position_bp")
    edges = pl.DataFrame(cypher(
        "MATCH (s:SNP)-[e:ASSOCIATED_WITH]->(t:Trait {trait_id: $id}) "
        "RETURN s.chromosome AS chromosome, s.rsids[0] AS rsid, s.position_bp AS position_bp, "
        "e.effect_allele AS effect_allele, e.other_allele AS other_allele, e.effect_allele_frequency AS frequency, "
        "e.n_samples AS n, e.effect_size AS beta, e.standard_error AS se, e.neg_log10_p AS neg_log10_p_wald, "
        "e.study_id AS study, e.load_id AS load, e.model AS model ORDER BY chromosome, position_bp",
        id=HEIGHT,
    ))  # fmt: skip
    columns = [name for name in edges.columns if name in wanted.columns]
    assert len(columns) == 10
    assert 50 < edges.height == found.n_edges < 148
    assert edges.select(columns).cast({"n": pl.Int32}).equals(wanted.select(columns))
    about = edges.select("study", "load", "model").unique().row(0)
    assert about == (found.study_id, found.load_id, "lmm_exact")
    lists = lists_of(cypher)
    expected = expected_lists(file.with_name("height.gwas.parquet"), set(lists))
    assert {key: set(runs) for key, runs in lists.items()} == {key: {found.run_id} for key in expected}
    assert len(lists) == found.n_snps == found.n_edges
    for key, values in expected.items():
        np.testing.assert_array_equal(lists[key][found.run_id], values, err_msg=key)


def test_attach_scan__gives_their_values_to_snps_that_other_studies_bring(
    store: Store, settings: Settings, cypher: Cypher, cohort: Cohort, tmp_path: Path
) -> None:
    turn_alleles(cohort)
    file, _ = scan_to(cohort)
    none = ScanAttachment(trait=HEIGHT, build="GRCh37", p_threshold=1e-300)
    found = attach_scan(store, settings, file, none)
    assert (found.n_edges, found.n_kept, lists_of(cypher)) == (0, 148, {})
    places = [evidence(f"rs{row}", f"1:{1_000_000 * (1 + row)}", "/".join(ALLELES[row])) for row in ALLELES]
    places.append(evidence("rs60", "", "A/G"))  # known by its rsid alone, until the scan places it
    mqtl = write_study(tmp_path / "mqtl", "mqtl", "mqtl", [row | {"target": "cg00000001"} for row in places])
    ingest_manifest(store, settings, write_manifest(tmp_path / "mqtl", mqtl))
    lists = lists_of(cypher)
    by_run = {key: runs[found.run_id] for key, runs in lists.items()}
    placed = {key for key in by_run if ":" in key}
    expected = expected_lists(file.with_name("height.gwas.parquet"), placed)
    assert len(placed) == len(ALLELES)
    for key, values in expected.items():
        np.testing.assert_array_equal(by_run[key], values, err_msg=key)
    assert sum(math.isnan(effect) for effect, _, _ in by_run.values()) == 1
    remove_study(store, settings, "mqtl")
    assert lists_of(cypher) == {}


def test_attach_scan__again_changes_nothing(store: Store, settings: Settings, cypher: Cypher, cohort: Cohort) -> None:
    file, _ = scan_to(cohort)
    for text, again in ((HEIGHT, f" http://www.ebi.ac.uk/efo/{HEIGHT.replace(':', '_')}"), ("my height", "My Height")):
        request = ScanAttachment(trait=text, build="GRCh37")
        first = attach_scan(store, settings, file, request)
        before, number = dump(cypher), current_release(store).number
        ids = (first.study_id, first.load_id, first.run_id)
        for named in (text, again.strip(), first.trait_id):
            second = attach_scan(store, settings, file, ScanAttachment(trait=named, build="hg19"))
            assert (second.status, second.load_status) == ("unchanged", "unchanged")
            assert (second.study_id, second.load_id, second.run_id) == ids
            assert (first.is_new_trait, second.is_new_trait) == (True, False)
        assert (dump(cypher), current_release(store).number) == (before, number)
    assert first.trait_id == f"{first.study_id}/my height"
    assert trait_of(cypher, first.trait_id)["study_id"] == first.study_id


def test_attach_scan__needs_its_files_no_more_and_keeps_the_table_sorted(
    store: Store, settings: Settings, cypher: Cypher, cohort: Cohort
) -> None:
    file, _ = scan_to(cohort)
    table = file.with_name("height.gwas.parquet")
    content = table.read_bytes()
    found = attach_scan(store, settings, file, REQUEST)
    kept = artefact_folder(settings, found.run_id) / SCAN_NAME
    assert kept.read_bytes() == content
    metrics = json.loads((kept.parent / "metrics.json").read_text())
    assert metrics["table"] == {
        "file": table.name, "rows": 148, "sha256": json.loads(file.read_text())["table"]["sha256"],
    }  # fmt: skip
    assert {"settings", "inputs", "versions", "study_id", "load_id", "build", "lambda_gc"} <= set(metrics)
    (study,) = cypher("MATCH (s:Study) RETURN s.settings AS settings")
    named = json.loads(study["settings"])
    assert (named["paths"], named["manifest"]) == ([table.name], file.name)
    for path in (file, table):
        path.unlink()
    assert refresh_statistics(store, settings).attached == (found.run_id,)


def test_attach_scan__says_which_snps_it_cannot_place(store: Store, settings: Settings, cohort: Cohort) -> None:
    bim = cohort.bed.with_suffix(".bim")
    rows = [line.split() for line in bim.read_text().splitlines()]
    rows[20][3], rows[21][3] = "249250622", "0"  # beyond the end of chromosome 1; no place, known by its rsid
    bim.write_text("".join("\t".join(row) + "\n" for row in rows))
    found = attach_scan(store, settings, scan_to(cohort)[0], REQUEST)
    assert (found.left_out, found.n_rows, found.n_kept) == ({"bad_position": 1}, 148, 147)


def test_attach_scan__unsorted_table_is_kept_in_the_order_of_places(
    store: Store, settings: Settings, cohort: Cohort
) -> None:
    bim = cohort.bed.with_suffix(".bim")
    rows = [line.split() for line in bim.read_text().splitlines()]
    chromosome = {"1": "10", "2": "9", "3": "X"}
    bim.write_text("".join("\t".join([chromosome[row[0]], *row[1:]]) + "\n" for row in rows))
    file, _ = scan_to(cohort)
    found = attach_scan(store, settings, file, REQUEST)
    kept = pl.read_parquet(artefact_folder(settings, found.run_id) / SCAN_NAME)
    assert kept["chromosome"].unique(maintain_order=True).to_list() == ["9", "10", "X"]
    assert kept.sort("rsid").equals(pl.read_parquet(file.with_name("height.gwas.parquet")).sort("rsid"))


def test_attach_scan__of_the_same_trait_replaces_the_values_and_keeps_both_studies(
    store: Store, settings: Settings, cypher: Cypher, cohort: Cohort
) -> None:
    own = ScanAttachment(trait="height", build="GRCh37", p_threshold=0.05)
    first = attach_scan(store, settings, scan_to(cohort)[0], own)
    file, report = scan_to(cohort, "loco", is_loco=True)
    second = attach_scan(store, settings, file, own)
    assert second.trait_id == first.trait_id == f"{first.study_id}/height"
    assert second.study_id != first.study_id
    assert report.null is not None
    trait = trait_of(cypher, first.trait_id)
    assert (trait["lmm_run_id"], trait["lmm_h2"], trait["lmm_is_loco"]) == (second.run_id, report.null.pve, True)
    assert current_release(store).run_ids == (second.run_id,)
    assert {run for runs in lists_of(cypher).values() for run in runs} == {second.run_id}
    studies = cypher("MATCH (s:Study)<-[:X*0]-() RETURN s.study_id AS id ORDER BY id")
    assert [row["id"] for row in studies] == sorted([first.study_id, second.study_id])
    remove_study(store, settings, first.study_id)
    assert trait_of(cypher, first.trait_id)["lmm_run_id"] == second.run_id


def test_attach_scan__under_one_study_id_replaces_the_study(
    store: Store, settings: Settings, cypher: Cypher, cohort: Cohort
) -> None:
    named = ScanAttachment(trait="height", build="GRCh37", p_threshold=0.05, study="mine", trait_name="Height")
    first = attach_scan(store, settings, scan_to(cohort)[0], named)
    second = attach_scan(store, settings, scan_to(cohort, "p3d", method="p3d")[0], named)
    assert (first.load_status, second.load_status, second.trait_id) == ("loaded", "replaced", "mine/height")
    assert current_release(store).run_ids == (second.run_id,)
    assert trait_of(cypher, "mine/height")["name"] == "Height"
    assert cypher("MATCH ()-[e:ASSOCIATED_WITH]->() RETURN DISTINCT e.model AS m") == [{"m": "lmm_p3d"}]


def test_attach_scan__of_another_studys_trait_writes_on_it(
    store: Store, settings: Settings, cypher: Cypher, cohort: Cohort, tmp_path: Path
) -> None:
    gwas = write_study(tmp_path / "gwas", "gwas", "gwas", [evidence("rs1", "1:2000000", target="T1")])
    ingest_manifest(store, settings, write_manifest(tmp_path / "gwas", gwas))
    found = attach_scan(store, settings, scan_to(cohort)[0], ScanAttachment(trait="gwas/t1", build="GRCh37"))
    assert found.trait_id == "gwas/T1"
    assert trait_of(cypher, "gwas/T1")["study_id"] == "gwas"
    remove_study(store, settings, "gwas")
    assert trait_of(cypher, "gwas/T1")["lmm_run_id"] == found.run_id
    assert "study_id" not in trait_of(cypher, "gwas/T1")


def test_remove_study__takes_the_scan_from_trait_and_snps(
    store: Store, settings: Settings, cypher: Cypher, cohort: Cohort, tmp_path: Path
) -> None:
    file, _ = scan_to(cohort)
    other = write_study(tmp_path / "gwas", "gwas", "gwas", [evidence("rs1", "1:2000000", target=HEIGHT)])
    ingest_manifest(store, settings, write_manifest(tmp_path / "gwas", other))
    before = dump(cypher)
    found = attach_scan(store, settings, file, REQUEST)
    remove_study(store, settings, found.study_id)
    assert current_release(store).run_ids == ()
    assert lists_of(cypher) == {}
    after = dump(cypher)
    retired = [row for row in after["nodes"] if row["labels"] == ["ModelRun"]]
    assert [row["properties"]["status"] for row in retired] == ["retired"]
    assert [row for row in after["nodes"] if row not in retired] == before["nodes"]
    assert attach_scan(store, settings, file, REQUEST).run_id == found.run_id
    assert trait_of(cypher)["lmm_run_id"] == found.run_id


def test_attach_scan__only_the_newest_traits_stay_on_snps(
    store: Store, settings: Settings, cypher: Cypher, cohort: Cohort
) -> None:
    few = settings.model_copy(update={"lmm_snp_trait_limit": 2})
    runs = []
    for trait in ("height", "weight", "asthma"):
        file, _ = scan_to(cohort, trait, people=cohort.people(trait))
        found = attach_scan(store, few, file, ScanAttachment(trait=f"own {trait}", build="GRCh37", p_threshold=1.0))
        runs.append(found.run_id)
        seen = {frozenset(lists) for lists in lists_of(cypher).values()}
        assert seen == {frozenset(runs[-2:])}
    assert refresh_statistics(store, few).retired == ()
    assert {frozenset(lists) for lists in lists_of(cypher).values()} == {frozenset(runs[1:])}
    none = settings.model_copy(update={"lmm_snp_trait_limit": 0})
    refresh_statistics(store, none)
    assert lists_of(cypher) == {}
    refresh_statistics(store, settings)
    assert {frozenset(lists) for lists in lists_of(cypher).values()} == {frozenset(runs)}


def test_refresh_statistics__mends_trait_and_lists(
    store: Store, settings: Settings, cypher: Cypher, cohort: Cohort
) -> None:
    attach_scan(store, settings, scan_to(cohort)[0], REQUEST)
    before = dump(cypher)
    one, two, three = sorted(lists_of(cypher))[:3]
    cypher("MATCH (s:SNP {key: $k}) REMOVE s.lmm_run_ids, s.lmm_effect_sizes, s.lmm_standard_errors, "
           "s.lmm_neg_log10_ps", k=one)  # fmt: skip
    cypher("MATCH (s:SNP {key: $k}) SET s.lmm_effect_sizes = [9.0]", k=two)
    cypher(
        "MATCH (s:SNP {key: $k}) SET s.lmm_run_ids = ['gone'] + s.lmm_run_ids, s.lmm_effect_sizes = [1.0] + "
        "s.lmm_effect_sizes, s.lmm_standard_errors = [1.0] + s.lmm_standard_errors, "
        "s.lmm_neg_log10_ps = [1.0] + s.lmm_neg_log10_ps",
        k=three,
    )
    cypher("MATCH (t:Trait) SET t.lmm_h2 = 7.0")
    cypher("CREATE (:Trait {trait_id: 'x', lmm_h2: 0.1, lmm_run_id: 'gone'})")
    refresh_statistics(store, settings)
    assert trait_of(cypher, "x") == {"trait_id": "x"}
    cypher("MATCH (t:Trait {trait_id: 'x'}) DELETE t")
    assert dump(cypher) == before


def test_attach_scan__of_cases_has_log_odds_and_no_h2(
    store: Store, settings: Settings, cypher: Cypher, cohort: Cohort
) -> None:
    file, report = scan_to(cohort, method="firth", people=cohort.people("asthma"))
    found = attach_scan(store, settings, file, ScanAttachment(trait="asthma", build="GRCh37", p_threshold=0.05))
    trait = trait_of(cypher, found.trait_id)
    assert {"lmm_h2", "lmm_h2_se", "lmm_grm_kind", "lmm_trace"} & set(trait) == set()
    assert (trait["lmm_test"], trait["lmm_method"], trait["lmm_n"]) == ("firth", "firth", 120)
    assert trait["lmm_lambda_gc"] == report.lambda_gc["firth"]
    assert trait.get("lmm_flags") == (["inflated"] if report.lambda_gc["firth"] > 1.05 else None)
    (edge,) = cypher("MATCH ()-[e:ASSOCIATED_WITH]->() RETURN properties(e) AS p LIMIT 1")
    assert {name: edge["p"][name] for name in ("unit", "model", "n_cases", "n_controls")} == {
        "unit": "log odds", "model": "firth", "n_cases": 48, "n_controls": 72,
    }  # fmt: skip


def test_attach_scan__beside_a_ridge_has_no_kinship_and_is_not_called_inflated(
    store: Store, settings: Settings, cypher: Cypher, cohort: Cohort
) -> None:
    file, report = scan_to(cohort, method="ridge")
    found = attach_scan(store, settings, file, ScanAttachment(trait="height", build="GRCh37", p_threshold=0.9))
    trait = trait_of(cypher, found.trait_id)
    assert (trait["lmm_method"], trait["lmm_test"]) == ("ridge", report.judged_by)
    assert trait["lmm_lambda_gc"] == report.lambda_gc[report.judged_by]
    assert "lmm_h2" not in trait
    assert found.flags == ()
    assert cypher("MATCH ()-[e:ASSOCIATED_WITH]->() RETURN DISTINCT e.model AS m") == [{"m": "ridge"}]
    again = attach_scan(store, settings, scan_to(cohort, "again", method="ridge")[0], ScanAttachment(
        trait="height", build="GRCh37", p_threshold=0.9,
    ))  # fmt: skip
    assert (again.status, again.load_status) == ("unchanged", "unchanged")


def test_estimate_trait_heritability__regresses_on_an_attached_scan(
    store: Store, settings: Settings, cohort: Cohort, tmp_path: Path
) -> None:
    panel = f'[[study]]\nid = "panel"\nkind = "ld_panel"\npath = "{cohort.bed.name}"\nbuild = "GRCh37"'
    file, _ = scan_to(cohort, method="p3d", people=cohort.people("weight"))
    found = attach_scan(store, settings, file, REQUEST)
    ingest_manifest(store, settings, write_manifest(tmp_path, panel))
    compute_ld_scores(store, settings, "panel", options=LdScoreRequest(window_kb=5_000, n_processes=1))
    report = estimate_trait_heritability(store, settings, HEIGHT, request=RegressionRequest(n_blocks=10, two_step=None))
    assert report.source.study_id == found.study_id
    assert report.n_snps == 148
    assert sorted(current_release(store).run_ids) == sorted(
        {found.run_id, report.run_id, *current_release(store).run_ids}
    )


def spoil(file: Path, **changes: Any) -> None:
    """Write other values into a description."""
    values = json.loads(file.read_text())
    file.write_text(json.dumps({name: value for name, value in {**values, **changes}.items() if value is not None}))


def written_anew(table: Path) -> dict[str, Any]:
    """What a description would say of a table as it is."""
    return {"file": table.name, "rows": 148, "sha256": sha256_of(table)}


def test_attach_scan__refuses_files_that_are_not_what_was_written(
    store: Store, settings: Settings, cohort: Cohort
) -> None:
    file, _ = scan_to(cohort)
    table, text = file.with_name("height.gwas.parquet"), file.read_text()

    def refused(match: str, path: Path = file) -> None:
        with pytest.raises(AttachError, match=match):
            attach_scan(store, settings, path, REQUEST)
        file.write_text(text)

    refused(r"ends in .gwas.run.json; seen: height.gwas.parquet", table)
    refused(r"description of a run must exist", file.with_name("none.gwas.run.json"))
    file.write_text("{")
    refused(r"must be the JSON that was written")
    spoil(file, results=None)
    refused(r"must be whole; seen: no results")
    spoil(file, table={**json.loads(text)["table"], "rows": 9})
    refused(r"seen: 148 rows instead of 9")
    pl.read_parquet(table).with_columns(beta=pl.col("beta") * 2).write_parquet(table)
    refused(r"table of a run must be the one that was written; seen: sha256 .* restore it, or run it again")
    spoil(file, settings={**json.loads(text)["settings"], "build": "GRCh38"}, table=written_anew(table))
    refused(r"one genome build; seen: GRCh38 when it was made, GRCh37 now")
    table.unlink()
    refused(r"must lie beside its description; seen: no height.gwas.parquet")
    assert current_release(store).number == 0


def test_scan_attachment__refuses_what_cannot_be(
    store: Store, settings: Settings, cohort: Cohort, tmp_path: Path
) -> None:
    with pytest.raises(AttachError, match=r"study must be letters, digits"):
        ScanAttachment(trait="x", build="GRCh37", study="a b")
    with pytest.raises(AttachError, match=r"p_threshold must be a number above 0"):
        ScanAttachment(trait="x", build="GRCh37", p_threshold=0.0)
    gwas = write_study(tmp_path / "gwas", "gwas", "gwas", [
        evidence("rs1", "1:2000000", target="T1"), evidence("rs1", "1:2000000", target="T2"),
    ])  # fmt: skip
    ingest_manifest(store, settings, write_manifest(tmp_path / "gwas", gwas))
    cohort_file, _ = scan_to(cohort)
    taken = ScanAttachment(trait="x", build="GRCh37", study="gwas")
    for attempt in (
        lambda: check_scan_attachment(store, taken),
        lambda: attach_scan(store, settings, cohort_file, taken),
    ):
        with pytest.raises(AttachError, match=r"place of a scan alone; seen: study gwas of kind gwas"):
            attempt()
    store.write("ingest/write_traits", rows=[["a/x", "same", ["same"], None, None, None, "a"],
                                             ["b/x", "same", ["same"], None, None, None, "b"]])  # fmt: skip
    with pytest.raises(TraitNotResolved, match=r"'same' names 2 traits"):
        check_scan_attachment(store, ScanAttachment(trait="same", build="GRCh37"))
    check_scan_attachment(store, ScanAttachment(trait="gwas/T1", build="GRCh37"))


def test_attached_scan__renders_as_json(store: Store, settings: Settings, cohort: Cohort) -> None:
    found = attach_scan(store, settings, scan_to(cohort)[0], REQUEST)
    assert isinstance(found, AttachedScan)
    assert json.loads(json.dumps(found.to_dict()))["study_id"] == found.study_id
