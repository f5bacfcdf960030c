"""Which node a reported variant belongs to, case by case."""

from typing import Any

import polars as pl

from services.ingest.identities import OBSERVATION_SCHEMA, SITE_SCHEMA, Resolution, resolve


def _observe(variant: str, study: str = "s1") -> dict[str, Any]:
    """An observation from its reported variant, as the loaders write it."""
    body, _, rest = variant.partition("|")
    parts, alleles = body.split(":"), rest.split(":") if ":" in rest else [None, None]
    row = {"study_id": study, "reported_variant": variant, "is_pseudo_autosomal": False}
    if len(parts) == 1:
        return {**row, "rsid": body, "allele_1": alleles[0], "allele_2": alleles[1]}
    own = parts[3:] or [None, None]
    place = {"build": parts[0], "chromosome": parts[1], "position_bp": int(parts[2])}
    return {**row, **place, "rsid": rest or None, "allele_1": own[0], "allele_2": own[1]}


def _site(rsid: str, place: str, alleles: str | None = None, study: str = "p1", priority: int = 100) -> dict[str, Any]:
    chromosome, position = place.split(":")
    first, second = alleles.split(":") if alleles else (None, None)
    return {
        "study_id": study, "priority": priority, "rsid": rsid, "chromosome": chromosome, "position_bp": int(position),
        "allele_1": first, "allele_2": second, "ld_score": None, "minor_allele_frequency": None,
    }  # fmt: skip


def _resolve(*variants: str | dict[str, Any], sites: tuple[dict[str, Any], ...] = ()) -> Resolution:
    rows = [_observe(variant) if isinstance(variant, str) else variant for variant in variants]
    return resolve(
        pl.DataFrame(rows, schema=OBSERVATION_SCHEMA),
        pl.DataFrame(list(sites), schema=SITE_SCHEMA),
        reference_build="GRCh37",
    )


def _keys(*variants: str | dict[str, Any], sites: tuple[dict[str, Any], ...] = ()) -> dict[str, str]:
    return dict(_resolve(*variants, sites=sites).mapping.iter_rows())


def _variant(resolution: Resolution, key: str) -> dict[str, Any]:
    return resolution.variants.row(by_predicate=pl.col("key") == key, named=True)


def test_resolve__nothing_gives_nothing() -> None:
    found = _resolve()
    assert found.mapping.is_empty()
    assert found.variants.is_empty()


def test_resolve__placed_row_stands_for_itself() -> None:
    found = _resolve("GRCh37:1:100:A:G|rs1", sites=(_site("rs1", "1:999"),))
    assert _variant(found, "GRCh37:1:100:A:G")["rsids"] == ["rs1"]
    assert _variant(found, "GRCh37:1:100:A:G")["place_source"] is None


def test_resolve__positions_conflict_is_decided_by_priority_then_study() -> None:
    sites = (_site("rs1", "1:300", study="a"), _site("rs1", "1:200", study="b", priority=1))
    assert _keys("rs1|A:G", sites=sites) == {"rs1|A:G": "GRCh37:1:200:A:G"}
    sites = (_site("rs1", "1:300", study="b"), _site("rs1", "1:200", study="a"))
    assert _keys("rs1|A:G", sites=sites) == {"rs1|A:G": "GRCh37:1:200:A:G"}
    found = _resolve("rs1|A:G", sites=sites)
    assert _variant(found, "GRCh37:1:200:A:G")["place_source"] == "a"


def test_resolve__placed_evidence_places_others_by_the_lowest_study() -> None:
    rows = (_observe("GRCh37:1:100:A:G|rs1", "s2"), _observe("GRCh37:1:90:A:G|rs1", "s1"), _observe("rs1|A:C", "s3"))
    assert _keys(*rows)["rs1|A:C"] == "GRCh37:1:90:A:C"


def test_resolve__one_allele_goes_to_the_only_variant() -> None:
    assert _keys("rs1", "rs1|A:G")["rs1"] == "rs1"
    assert _keys("rs1", "rs1|A:G", sites=(_site("rs1", "1:100"),))["rs1"] == "GRCh37:1:100:A:G"
    assert _keys("rs1", sites=(_site("rs1", "1:100", "A:G"),))["rs1"] == "GRCh37:1:100:A:G"
    assert _keys("rs1", "GRCh37:1:100:A:G", sites=(_site("rs1", "1:100"),))["rs1"] == "GRCh37:1:100:A:G"


def test_resolve__one_allele_of_several_variants_is_flagged() -> None:
    found = _resolve("rs1", "GRCh37:1:100:A:G|rs1", "GRCh37:1:100:A:C|rs1")
    assert dict(found.mapping.iter_rows())["rs1"] == "rs1"
    variant = _variant(found, "rs1")
    assert variant["flags"] == ["multi_variant_rsid"]
    assert (variant["chromosome"], variant["position_bp"], variant["allele_1"]) == ("1", 100, None)


def test_resolve__variant_named_otherwise_counts_only_when_there_is_no_other() -> None:
    site = (_site("rs1", "1:100"),)
    assert _keys("rs1", "GRCh37:1:100:A:G|rs9", sites=site)["rs1"] == "GRCh37:1:100:A:G"
    assert _keys("rs1", "rs1|A:C", "GRCh37:1:100:A:G|rs9", sites=site)["rs1"] == "GRCh37:1:100:A:C"


def test_resolve__unplaced_pairs_of_one_rsid_share_a_flagged_node() -> None:
    found = _resolve("rs1|A:G", "rs1|A:C", "rs1")
    assert set(dict(found.mapping.iter_rows()).values()) == {"rs1"}
    assert _variant(found, "rs1")["flags"] == ["multi_variant_rsid", "unplaced"]
    assert _variant(found, "rs1")["allele_1"] is None


def test_resolve__unplaced_pair_keeps_its_alleles() -> None:
    variant = _variant(_resolve("rs1|A:T"), "rs1")
    assert (variant["allele_1"], variant["allele_2"]) == ("A", "T")
    assert variant["flags"] == ["palindromic", "unplaced"]


def test_resolve__other_build_is_joined_through_the_rsid() -> None:
    assert _keys("GRCh38:1:500:A:G|rs1", sites=(_site("rs1", "1:100"),)) == {"GRCh38:1:500:A:G|rs1": "GRCh37:1:100:A:G"}
    assert _keys("GRCh38:1:500:A:G|rs1", "rs1|A:G") == {"GRCh38:1:500:A:G|rs1": "rs1", "rs1|A:G": "rs1"}
    assert _keys("GRCh38:1:500|rs1", "GRCh37:1:100:A:G|rs1")["GRCh38:1:500|rs1"] == "GRCh37:1:100:A:G"


def test_resolve__other_build_without_rsid_keeps_its_own_key() -> None:
    found = _resolve("GRCh38:1:100:A:G", "GRCh37:1:100:A:G")
    assert _variant(found, "GRCh38:1:100:A:G")["flags"] == ["other_build"]
    assert _variant(found, "GRCh38:1:100:A:G")["build"] == "GRCh38"
    assert _variant(found, "GRCh37:1:100:A:G")["flags"] is None


def test_resolve__unplaceable_row_of_another_build_has_no_place() -> None:
    variant = _variant(_resolve("GRCh38:1:500|rs1"), "rs1")
    assert (variant["chromosome"], variant["position_bp"], variant["build"]) == (None, None, None)
    assert variant["flags"] == ["other_build", "unplaced"]


def test_resolve__indel_codes_join_letters_only_through_a_site_with_both() -> None:
    letters = (_site("rs1", "1:100", "A:ACT"),)
    assert _keys("rs1|D:I", sites=letters) == {"rs1|D:I": "GRCh37:1:100:A:ACT"}
    assert _keys("GRCh37:1:101:D:I|rs1", sites=letters) == {"GRCh37:1:101:D:I|rs1": "GRCh37:1:100:A:ACT"}
    assert _keys("GRCh37:1:100:D:I", sites=letters) == {"GRCh37:1:100:D:I": "GRCh37:1:100:D:I"}
    assert _keys("rs1|D:I", "GRCh37:1:100:A:ACT|rs1")["rs1|D:I"] == "GRCh37:1:100:D:I"
    two = (*letters, _site("rs1", "1:100", "A:AC"))
    assert _keys("rs1|D:I", sites=two) == {"rs1|D:I": "GRCh37:1:100:D:I"}


def test_resolve__rsids_come_from_rows_and_from_sites_that_agree() -> None:
    sites = (_site("rs1", "1:100"), _site("rs2", "1:100", "A:G"), _site("rs3", "1:100", "A:C"), _site("rs4", "1:101"))
    assert _variant(_resolve("GRCh37:1:100:A:G|rs9", sites=sites), "GRCh37:1:100:A:G")["rsids"] == ["rs1", "rs2", "rs9"]


def test_resolve__place_without_allele_and_rsid() -> None:
    assert _keys("GRCh37:1:100", "GRCh37:1:100:A:G")["GRCh37:1:100"] == "GRCh37:1:100:A:G"
    assert _keys("GRCh37:1:100") == {"GRCh37:1:100": "GRCh37:1:100"}
    assert _keys("GRCh38:1:100", "GRCh37:1:100:A:G")["GRCh38:1:100"] == "GRCh38:1:100"


def test_resolve__figures_come_from_the_best_site() -> None:
    sites = (
        {**_site("rs1", "1:100", study="b"), "ld_score": 2.0, "minor_allele_frequency": 0.1},
        {**_site("rs1", "1:100", study="a"), "ld_score": 3.0},
    )
    variant = _variant(_resolve("rs1|A:G", sites=sites), "GRCh37:1:100:A:G")
    assert (variant["ld_score"], variant["minor_allele_frequency"]) == (3.0, 0.1)
