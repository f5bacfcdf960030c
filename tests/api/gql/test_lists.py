"""Lists of measured edges and of nodes: filters, orders, facets, pages, on a real store."""

from typing import Any

import pytest

from tests.api.conftest import Ask
from tests.api.gql.test_query import error_of
from tests.api.graph_rows import LEAD, SECOND, THIRD, Cypher

pytestmark = pytest.mark.store


def ids(answer: dict[str, Any], *path: str) -> list[str]:
    assert "errors" not in answer, answer
    found = answer["data"]
    for name in path:
        found = found[name]
    return [node["id"] for node in found["nodes"]]


def walk(ask: Ask, field: str, size: int) -> list[str]:
    """Ids of a root list of edges, read in pages."""
    seen, after, more = [], None, True
    name, _, arguments = field.rstrip(")").partition("(")
    query = f"""query($after: String) {{ {name}({arguments} first: {size}, after: $after) {{
                nodes {{ ... on Evidence {{ id }} }} pageInfo {{ hasNextPage endCursor }} }} }}"""
    while more:
        answer = ask(query, after=after)
        assert "errors" not in answer, answer
        page = answer["data"][name]
        seen += [node["id"] for node in page["nodes"]]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    return seen


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("", ["m4", "m5", "m3", "m2", "m1", "m0"]),
        ("orderBy: ID", ["m0", "m1", "m2", "m3", "m4", "m5"]),
        ("orderBy: POSITION", ["m0", "m1", "m2", "m3", "m4", "m5"]),
        ("cisTrans: TRANS", ["m0"]),
        ('study: "GODMC", minNegLog10P: 13', ["m4", "m5", "m3"]),
        ('p: "1E-13"', ["m4", "m5", "m3"]),
        ('p: "9.9E-14"', ["m4", "m5"]),
        ('p: "3.2E-412"', []),
        ('p: "1E-13", minNegLog10P: 14', ["m4", "m5"]),
        ('tissue: "Whole BLOOD"', ["m4", "m5", "m3", "m2", "m1", "m0"]),
        ('study: "eqtl", tissue: "whole blood"', []),
        ('region: "1:2001-2003"', ["m3", "m2", "m1"]),
        ('region: "chr1:2,001-2,003", build: "grch37", orderBy: ID', ["m1", "m2", "m3"]),
        ('region: "2:2001-2003"', []),
    ],
)
def test_measured_list__keeps_and_orders(ask: Ask, arguments: str, expected: list[str]) -> None:
    brackets = f"({arguments})" if arguments else ""
    answer = ask(f"query($id: ID!) {{ snp(id: $id) {{ mqtl{brackets} {{ nodes {{ id }} }} }} }}", id=LEAD)
    assert ids(answer, "snp", "mqtl") == expected


@pytest.mark.parametrize("order", ["P", "ID", "POSITION"])
def test_measured_list__pages_in_every_order_give_each_edge_once(ask: Ask, order: str) -> None:
    whole = ids(ask(f'{{ cpg(id: "cg00000000") {{ mqtl(orderBy: {order}) {{ nodes {{ id }} }} }} }}'), "cpg", "mqtl")
    query = f"""query($after: String) {{ cpg(id: "cg00000000") {{ mqtl(orderBy: {order}, first: 1, after: $after) {{
                nodes {{ id }} pageInfo {{ endCursor }} }} }} }}"""
    first = ask(query)
    cursor = first["data"]["cpg"]["mqtl"]["pageInfo"]["endCursor"]
    assert ids(first, "cpg", "mqtl") + ids(ask(query, after=cursor), "cpg", "mqtl") == whole
    assert len(whole) == 2
    other = query.replace(f"orderBy: {order}", f"orderBy: {'ID' if order == 'P' else 'P'}")
    assert error_of(ask(other, after=cursor))["code"] == "CURSOR_INVALID"


def test_measured_list__region_and_biotype_of_genes(ask: Ask, run_cypher: Cypher) -> None:
    places = {"start": 4000, "end": 6000}
    run_cypher("MATCH (g:Gene {symbol: 'TP53'}) SET g.start_bp = $start, g.end_bp = $end, g.build = 'GRCh37'", **places)
    try:
        query = "query($id: ID!, $region: String, $biotype: String) { snp(id: $id) { eqtl(region: $region, "
        query += "biotype: $biotype) { nodes { id } facets { biotypes { value count } } } } }"
        inside = ask(query, id=LEAD, region="1:5999-7000", biotype="protein_coding")
        assert ids(inside, "snp", "eqtl") == ["e1"]
        assert inside["data"]["snp"]["eqtl"]["facets"]["biotypes"] == [{"value": "protein_coding", "count": 1}]
        assert ids(ask(query, id=LEAD, region="1:6001-7000"), "snp", "eqtl") == []
        assert ids(ask(query, id=LEAD, biotype="lncRNA"), "snp", "eqtl") == []
    finally:
        run_cypher("MATCH (g:Gene {symbol: 'TP53'}) REMOVE g.start_bp, g.end_bp, g.build")


@pytest.mark.parametrize(
    ("arguments", "code", "part"),
    [
        ('region: "1:1-2", build: "GRCh38"', "WRONG_BUILD", "positions are GRCh37, not GRCh38"),
        ('region: "nowhere"', "BAD_ARGUMENT", "must be chromosome:start-end"),
        ('region: "99:1-2"', "BAD_ARGUMENT", "must be chromosome:start-end"),
        ('region: "1:9-2"', "BAD_ARGUMENT", "swap its ends"),
        ('p: "small"', "BAD_ARGUMENT", "a p-value is a number"),
        ('p: "0"', "BAD_ARGUMENT", "above 0 and at most 1"),
        ("minNegLog10P: -1", "BAD_ARGUMENT", "must be 0 or more"),
        ('tissue: "spleen"', "UNKNOWN_ID", "Did you mean whole blood?"),
        ('study: "godmcc"', "UNKNOWN_ID", "no Study is called"),
    ],
)
def test_measured_list__wrong_filters_are_named(ask: Ask, arguments: str, code: str, part: str) -> None:
    error = error_of(ask(f"query($id: ID!) {{ snp(id: $id) {{ mqtl({arguments}) {{ nodes {{ id }} }} }} }}", id=LEAD))
    assert error["code"] == code
    assert part in error["message"]


def test_wrong_build__names_the_stores_build(ask: Ask) -> None:
    error = error_of(ask('{ snps(region: "1:1-2", build: "hg38") { nodes { id } } }'))
    assert (error["code"], error["storeBuild"], error["build"]) == ("WRONG_BUILD", "GRCh37", "hg38")


FACETS = "facets { total studies { value count } tissues { value count } cisTrans { value count } "
FACETS += "chromosomes { value count } biotypes { value count } }"


def test_facets__count_what_the_filters_keep_and_not_the_page(ask: Ask) -> None:
    query = f"query($id: ID!) {{ snp(id: $id) {{ mqtl(first: 1, minNegLog10P: 11) {{ {FACETS} }} }} }}"
    assert ask(query, id=LEAD)["data"]["snp"]["mqtl"]["facets"] == {
        "total": 5,
        "studies": [{"value": "godmc", "count": 5}],
        "tissues": [{"value": "whole blood", "count": 5}],
        "cisTrans": [{"value": "cis", "count": 5}],
        "chromosomes": [{"value": "1", "count": 5}],
        "biotypes": [],
    }


@pytest.mark.parametrize(
    ("node", "field"),
    [
        (f'snp(id: "{LEAD}")', "mqtl"),
        (f'snp(id: "{LEAD}")', "eqtl"),
        (f'snp(id: "{LEAD}")', "associations"),
        ('cpg(id: "cg00000000")', "mqtl"),
        ('cpg(id: "cg00000000")', "eqtm"),
        ('gene(id: "TP53")', "eqtl"),
        ('gene(id: "TP53")', "eqtm"),
        ('trait(id: "EFO:0000685")', "associations"),
        ('annotation(id: "states/Enh")', "snps"),
        ('ldBlock(id: "GRCh37:1:1-1000000")', "snps"),
    ],
)
def test_facets__of_every_list_agree_with_its_entries(ask: Ask, node: str, field: str) -> None:
    answer = ask(f"{{ {node} {{ {field} {{ nodes {{ id }} {FACETS} }} }} }}")
    assert "errors" not in answer, answer
    ((found,),) = [list(value.values()) for value in answer["data"].values()]
    assert found["facets"]["total"] == len(found["nodes"]) > 0


def test_root_edges__are_all_of_the_release_in_every_order(ask: Ask) -> None:
    counts = ask("{ meta { counts { mqtl eqtl associations } } }")["data"]["meta"]["counts"]
    for order in ("ID", "P", "POSITION"):
        for size in (2, 100):
            qtls = walk(ask, f"qtls(orderBy: {order})", size)
            assert len(qtls) == len(set(qtls)) == counts["mqtl"] + counts["eqtl"]
    assert walk(ask, "qtls", 3) == sorted(walk(ask, "qtls", 100))
    assert walk(ask, "qtls(orderBy: P)", 4)[:2] == ["m9", "m10"]
    assert walk(ask, "qtls(kind: EQTL)", 1) == ["e1", "e2"]


def test_root_edges__of_a_region_and_a_study(ask: Ask) -> None:
    query = """{ near: associations(region: "1:1-1000", orderBy: P) { nodes { id study { id } } facets { total
                   studies { value count } } }
                 few: associations(study: "gwas", pMax: 1e-10) { nodes { id } facets { total } }
                 genes: qtls(biotype: "protein_coding") { nodes { ... on Evidence { id } } }
                 far: qtls(region: "7:1-1000") { nodes { ... on Evidence { id } } facets { total } } }"""
    answer = ask(query)
    assert ids(answer, "near") == ["a1", "a3", "a4"]
    assert answer["data"]["near"]["facets"] == {
        "total": 3,
        "studies": [{"value": "gwas", "count": 2}, {"value": "height", "count": 1}],
    }
    assert (ids(answer, "few"), answer["data"]["few"]["facets"]) == (["a1"], {"total": 1})
    assert ids(answer, "genes") == ["e1", "e2"]
    assert (ids(answer, "far"), answer["data"]["far"]["facets"]) == ([], {"total": 0})


def test_root_nodes__of_a_region_and_all(ask: Ask) -> None:
    answer = ask(
        """{ snps { nodes { id } facets { total chromosomes { value count } } }
             here: snps(region: "3:6000-8000") { nodes { id } facets { total } }
             cpgs(region: "1:2003-2004") { nodes { id } facets { total } }
             genes(biotype: "protein_coding") { nodes { id } facets { biotypes { value count } } }
             traits { nodes { id } } annotations { nodes { id } } }"""
    )
    assert ids(answer, "snps") == [LEAD, SECOND, THIRD]
    assert [facet["value"] for facet in answer["data"]["snps"]["facets"]["chromosomes"]] == ["1", "2", "3"]
    assert (ids(answer, "here"), ids(answer, "cpgs")) == ([THIRD], ["cg00000003", "cg00000004"])
    assert answer["data"]["cpgs"]["facets"] == {"total": 2}
    assert ids(answer, "genes") == ["ENSG00000000001"]
    assert answer["data"]["genes"]["facets"]["biotypes"] == [{"value": "protein_coding", "count": 1}]
    assert ids(answer, "traits") == ["EFO:0000685", "EFO:0004339", "a/depression", "b/depression"]
    assert ids(answer, "annotations") == ["states/Enh"]


def test_root_nodes__by_position_need_a_region(ask: Ask) -> None:
    error = error_of(ask("{ snps(orderBy: POSITION) { nodes { id } } }"))
    assert (error["code"], error["argument"]) == ("BAD_ARGUMENT", "orderBy")


def test_root_nodes__pages_of_a_region(ask: Ask) -> None:
    query = """query($after: String) { cpgs(region: "1:2000-2004", first: 3, after: $after) { nodes { id }
               pageInfo { endCursor hasNextPage } } }"""
    first = ask(query)
    cursor = first["data"]["cpgs"]["pageInfo"]["endCursor"]
    both = ids(first, "cpgs") + ids(ask(query, after=cursor), "cpgs")
    assert both == [f"cg{n:08}" for n in range(5)]


def test_near_and_inside__from_both_sides(ask: Ask) -> None:
    answer = ask(
        """{ gene(id: "ENSG00000000002") { nearbySnps { nodes { distanceBp rank snp { id } } }
               nearbyCpgs { nodes { rank } } }
             ldBlock(id: "GRCh37:1:1-1000000") { snps { nodes { id } } cpgs { nodes { id } } }
             annotation(id: "states/Enh") { memberships { nodes { value snp { id } annotation { id } } } }
             snp(id: "rs1") { annotationMemberships { nodes { value annotation { name } } } } }"""
    )
    assert "errors" not in answer, answer
    data = answer["data"]
    assert data["gene"] == {
        "nearbySnps": {"nodes": [{"distanceBp": 500, "rank": 2, "snp": {"id": LEAD}}]},
        "nearbyCpgs": {"nodes": []},
    }
    assert data["ldBlock"] == {"snps": {"nodes": [{"id": LEAD}]}, "cpgs": {"nodes": []}}
    assert data["annotation"]["memberships"]["nodes"] == [
        {"value": None, "snp": {"id": LEAD}, "annotation": {"id": "states/Enh"}}
    ]
    assert data["snp"]["annotationMemberships"]["nodes"] == [{"value": None, "annotation": {"name": "Enh"}}]


def test_predictions__of_the_champion_are_listed_apart(ask: Ask) -> None:
    query = "{ predictedAssociations(first: 3) { nodes { rank snp { id } } pageInfo { hasNextPage } } }"
    found = ask(query)["data"]["predictedAssociations"]
    assert [node["rank"] for node in found["nodes"]] == [1, 2, 3]
    assert found["pageInfo"]["hasNextPage"] is True
    assert ask('{ predictedAssociations(run: "run-1") { nodes { id } } }')["data"]["predictedAssociations"] == {
        "nodes": []
    }


def test_history__shows_releases_loads_and_runs(ask: Ask, run_cypher: Cypher) -> None:
    run_cypher("CREATE (:Release {number: 2, is_current: false, load_ids: [], run_ids: [], reason: 'load godmc'})")
    try:
        answer = ask(
            """{ releases { nodes { number reason isCurrent } } old: release(number: 2) { reason }
                 release { number } loads { nodes { loadId study { id } status } } load(id: "GODMC-1") { nRead }
                 runHistory(model: "pinsage", status: "finished") { nodes { id isChampion } }
                 none: runHistory(scope: "nothing") { nodes { id } } }"""
        )
    finally:
        run_cypher("MATCH (r:Release {number: 2}) DELETE r")
    assert "errors" not in answer, answer
    assert answer["data"] == {
        "releases": {
            "nodes": [
                {"number": 3, "reason": None, "isCurrent": True},
                {"number": 2, "reason": "load godmc", "isCurrent": False},
            ]
        },
        "old": {"reason": "load godmc"},
        "release": {"number": 3},
        "loads": {"nodes": [{"loadId": "godmc-1", "study": {"id": "godmc"}, "status": "active"}]},
        "load": {"nRead": 10},
        "runHistory": {"nodes": [{"id": "run-2", "isChampion": True}]},
        "none": {"nodes": []},
    }
    assert error_of(ask("{ release(number: 99) { number } }"))["code"] == "UNKNOWN_ID"


def test_scheduled_runs__are_listed_newest_first(ask: Ask, run_cypher: Cypher) -> None:
    run_cypher(
        "UNWIND [1, 2] AS n CREATE (:ScheduledRun {fingerprint: 'job-' + n, trigger: 't' + n, kind: 'retrain', "
        "source: '0 3 * * *', status: CASE n WHEN 1 THEN 'done' ELSE 'refused' END, stage: 'decided', n_attempts: n, "
        "model_run_id: 'run-2', champion_before: 'run-2', results: '{\"a\": 1}', "
        "created_at: datetime('2026-01-0' + n + 'T00:00:00Z')})"
    )
    fields = "id kind status nAttempts results createdAt modelRun { id } championBefore { hitAt50 }"
    try:
        answer = ask(f"""{{ scheduledRuns {{ nodes {{ {fields} }} }} scheduledRun(id: "job-2") {{ status }}
                     done: scheduledRuns(status: "done") {{ nodes {{ id }} }} }}""")
    finally:
        run_cypher("MATCH (j:ScheduledRun) DELETE j")
    assert "errors" not in answer, answer
    newest, oldest = answer["data"]["scheduledRuns"]["nodes"]
    assert (newest["id"], oldest["id"]) == ("job-2", "job-1")
    assert newest == {
        "id": "job-2",
        "kind": "retrain",
        "status": "refused",
        "nAttempts": 2,
        "results": {"a": 1},
        "createdAt": "2026-01-02T00:00:00Z",
        "modelRun": {"id": "run-2"},
        "championBefore": {"hitAt50": 0.64},
    }
    assert answer["data"]["done"]["nodes"] == [{"id": "job-1"}]
    assert answer["data"]["scheduledRun"] == {"status": "refused"}


def test_root_lists__a_wrong_one_leaves_the_others(ask: Ask) -> None:
    answer = ask('{ snps(region: "nowhere") { nodes { id } } traits(first: 1) { nodes { id } } }')
    assert answer["data"] == {"snps": None, "traits": {"nodes": [{"id": "EFO:0000685"}]}}
    assert error_of(answer)["code"] == "BAD_ARGUMENT"
