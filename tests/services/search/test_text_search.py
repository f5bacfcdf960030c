"""Search by what a person types."""

import pytest

from services.graph.store import Store
from services.search import RegionError, parse_region, search_text
from services.settings import Settings
from tests.conftest import Cypher
from tests.services.search.world import World

pytestmark = pytest.mark.store


@pytest.fixture
def world(store: Store, settings: Settings, cypher: Cypher) -> World:
    built = World(settings)
    built.rows.nodes["Trait"] = [
        {"trait_id": "EFO:1", "name": "platelet count", "names": ["Platelet counts"], "synonyms": ["PLT"]}
    ]
    built.snp(10, 10.0, rsids=["rs1", "rs22"])
    built.snp(10, 10.5)
    built.rows.cpg("cg00000029", 500, chromosome="2")
    built.gene("ENSG00000012048", "BRCA1", "17", 41_196_312)
    built.rows.nodes["Gene"][-1]["description"] = "breast cancer 1, early onset"
    built.study("godmc", "mqtl", citation="Min et al. 2021")
    built.rows.nodes["Annotation"].append(
        {
            "annotation_id": "liver/Enhancer",
            "name": "Enhancer",
            "load_id": "godmc-load",
            "study_id": "godmc",
            "tissue": "liver",
        }
    )
    built.write(cypher)
    return built


@pytest.mark.parametrize(
    ("text", "kind", "key"),
    [
        ("rs22", "SNP", "GRCh37:10:10000000:A:G"),
        ("RS22", "SNP", "GRCh37:10:10000000:A:G"),
        ("GRCh37:10:10500000:A:G", "SNP", "GRCh37:10:10500000:A:G"),
        ("chr10:10,400,000-11,000,000", "SNP", "GRCh37:10:10500000:A:G"),
        ("cg0000002", "CpG", "cg00000029"),
        ("brca1", "Gene", "ENSG00000012048"),
        ("ENSG00000012048", "Gene", "ENSG00000012048"),
        ("early onset", "Gene", "ENSG00000012048"),
        ("platelt", "Trait", "EFO:1"),
        ("PLT", "Trait", "EFO:1"),
        ("enhancer", "Annotation", "liver/Enhancer"),
        ("godmc", "Study", "godmc"),
    ],
)
def test_search_text__finds_each_kind(world: World, store: Store, text: str, kind: str, key: str) -> None:
    found = search_text(store, text)
    assert (kind, key) in {(hit.kind, hit.id) for hit in found}


def test_search_text__keeps_to_the_kinds_and_the_limit(world: World, store: Store) -> None:
    assert search_text(store, "godmc", kinds=["Gene"]) == ()
    assert len(search_text(store, "10:1-90000000", limit=1)) == 1
    assert search_text(store, "  ") == ()
    assert search_text(store, "?!") == ()


def test_parse_region__reads_what_people_write() -> None:
    assert parse_region("chr10:100,000-200,000") == ("10", 100_000, 200_000)
    assert parse_region("x:5-5") == ("X", 5, 5)
    assert parse_region("rs10") is None


@pytest.mark.parametrize("text", ["10:200-100", "10:0-5"])
def test_parse_region__refuses_an_impossible_one(text: str) -> None:
    with pytest.raises(RegionError, match="swap its ends"):
        parse_region(text)
