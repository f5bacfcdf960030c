"""Mixed models of traits through the web application on a real store."""

from collections.abc import Iterator
from typing import Any

import pytest

from api.gql.mixed_models import build_mixed_model
from services.graph.store import Store
from tests.api.conftest import Ask
from tests.api.gql.test_query import error_of
from tests.api.graph_rows import Cypher
from tests.api.mixed_model_rows import (
    ARTHRITIS,
    CHROMOSOMES,
    DEPRESSION,
    FAILED_PARTS,
    FAILED_REML,
    HEIGHT,
    HEIGHT_SCAN,
    N_ROWS,
    OTHER_DEPRESSION,
    REML,
    SCAN,
    SHOWN,
    show,
    write_mixed_models,
)

pytestmark = [pytest.mark.store, pytest.mark.usefixtures("mixed_models")]


@pytest.fixture(scope="module")
def mixed_models(graph: Store, run_cypher: Cypher) -> None:
    write_mixed_models(run_cypher)


@pytest.fixture
def loaded_anew(run_cypher: Cypher) -> Iterator[None]:
    text = "MATCH (n:ModelRun {run_id: $run_id}) SET n.load_ids = $load_ids"
    run_cypher(text, run_id=SCAN.run_id, load_ids=["gwas-0"])
    yield
    run_cypher(text, run_id=SCAN.run_id, load_ids=["gwas-1"])


@pytest.fixture
def scan_is_gone(run_cypher: Cypher) -> Iterator[None]:
    show(run_cypher, *(run for run in SHOWN if run is not SCAN))
    yield
    show(run_cypher, *SHOWN)


def mixed_model(ask: Ask, fields: str, trait: str = ARTHRITIS) -> Any:
    answer = ask(f"query($id: ID!) {{ trait(id: $id) {{ mixedModel {{ {fields} }} }} }}", id=trait)
    assert "errors" not in answer, answer
    return answer["data"]["trait"]["mixedModel"]


def test_mixed_model__shows_every_number_of_the_scan_with_kinship_study_and_run(ask: Ask) -> None:
    found = mixed_model(
        ask,
        """h2 h2Se grmKind minimumMaf trace lambdaGc test method isLoco n nSnps flags notes isStale tableUrl
           study { id } run { id model scope isCurrent isStale inputs }""",
    )
    assert found == {
        "h2": 0.61,
        "h2Se": 0.04,
        "grmKind": "centred",
        "minimumMaf": 0.01,
        "trace": 0.98,
        "lambdaGc": 1.02,
        "test": "wald",
        "method": "exact",
        "isLoco": False,
        "n": 1_940,
        "nSnps": N_ROWS,
        "flags": ["imprecise"],
        "notes": ["The heritability is less than two of its standard errors from 0."],
        "isStale": False,
        "tableUrl": f"/scans/{SCAN.run_id}",
        "study": {"id": "gwas"},
        "run": {
            "id": SCAN.run_id,
            "model": "lmm",
            "scope": ARTHRITIS,
            "isCurrent": True,
            "isStale": False,
            "inputs": [],
        },
    }


REML_FIELDS = """reml { h2 h2Se h2Liability h2LiabilitySe samplePrevalence populationPrevalence shareScale grmKind
                 minimumMaf trace isConstrained isConverged reason n flags notes isStale run { id model } }"""


def test_mixed_model__shows_reml_with_its_scale_and_kinship(ask: Ask) -> None:
    assert mixed_model(ask, REML_FIELDS)["reml"] == {
        "h2": 0.5,
        "h2Se": 0.05,
        "h2Liability": 0.3,
        "h2LiabilitySe": 0.03,
        "samplePrevalence": 0.4,
        "populationPrevalence": 0.01,
        "shareScale": "plain",
        "grmKind": "gcta",
        "minimumMaf": 0.01,
        "trace": 1.01,
        "isConstrained": True,
        "isConverged": True,
        "reason": None,
        "n": 1_940,
        "flags": [],
        "notes": [],
        "isStale": False,
        "run": {"id": REML.run_id, "model": "reml"},
    }


def test_mixed_model__reml_that_did_not_converge_shows_its_reason_and_no_value(ask: Ask) -> None:
    found = mixed_model(ask, f"h2 n method tableUrl isStale run {{ id }} {REML_FIELDS} partition {{ h2 }}", DEPRESSION)
    reml = found.pop("reml")
    assert set(found.values()) == {None}
    assert reml["run"]["id"] == FAILED_REML.run_id
    assert (reml["isConverged"], reml["reason"], reml["flags"]) == (False, "too_many_iterations", ["not_converged"])
    assert [note.split(":")[0] for note in reml["notes"]][1] == (
        "The variance components still moved after the last iteration"
    )
    assert {reml[name] for name in ("h2", "h2Se", "h2Liability", "grmKind", "n", "trace")} == {None}


PARTS = """h2 h2Se shareScale isConstrained isConverged reason n flags notes isStale run { id }
           parts { name share shareSe shareOfSnps lrt negLog10P pValue isAtBound }"""


def test_partition__shows_each_chromosome_and_the_sum_beside_its_error(ask: Ask) -> None:
    found = mixed_model(ask, f"partition {{ {PARTS} }}")["partition"]
    assert found.pop("parts") == [
        {
            "name": "1",
            "share": 0.1,
            "shareSe": 0.03,
            "shareOfSnps": 0.5,
            "lrt": 20.0,
            "negLog10P": 5.4,
            "pValue": "3.98107E-6",
            "isAtBound": False,
        },
        {
            "name": "2",
            "share": 0.0,
            "shareSe": None,
            "shareOfSnps": 0.5,
            "lrt": 0.0,
            "negLog10P": 0.3,
            "pValue": "0.501187",
            "isAtBound": True,
        },
    ]
    assert found == {
        "h2": 0.1,
        "h2Se": 0.031,
        "shareScale": "plain",
        "isConstrained": True,
        "isConverged": True,
        "reason": None,
        "n": 1_940,
        "flags": ["component_at_bound"],
        "notes": ["The constraint holds a variance component at 0: it has no error, and sums are biased up."],
        "isStale": False,
        "run": {"id": CHROMOSOMES.run_id},
    }


def test_partition__that_did_not_converge_shows_its_reason_and_no_part(ask: Ask) -> None:
    found = mixed_model(ask, f"partition(kind: ANNOTATION) {{ {PARTS} }}")["partition"]
    assert (found["run"]["id"], found["isConverged"], found["reason"]) == (
        FAILED_PARTS.run_id,
        False,
        "too_many_iterations",
    )
    assert (found["parts"], found["h2"], found["h2Se"]) == ([], None, None)


TOP = """topAssociations(first: 1, pMax: {p}) {{ nodes {{ snp {{ id }} negLog10P study {{ id }} }}
         pageInfo {{ hasNextPage }} }}"""


def test_top_associations__are_those_of_the_scans_study(ask: Ask, run_cypher: Cypher) -> None:
    """The trait has an association of another study, too, and a stronger one."""
    run_cypher(
        """MATCH (s:SNP {key: 'GRCh37:3:7000:A:T'}) MATCH (t:Trait {trait_id: $trait})
           CREATE (s)-[e:ASSOCIATED_WITH {edge_key: 'zz', load_id: 'height-1', study_id: 'height',
             reported_variant: 'rs22', model: 'default', neg_log10_p: 50.0, is_superseded: false,
             knowledge_level: 'statistical_association'}]->(t)""",
        trait=ARTHRITIS,
    )
    found = mixed_model(ask, TOP.format(p="1.0"))["topAssociations"]
    run_cypher("MATCH ()-[e:ASSOCIATED_WITH {edge_key: 'zz'}]->() DELETE e")
    assert found == {
        "nodes": [{"snp": {"id": "GRCh37:1:1000:A:G"}, "negLog10P": 12.0, "study": {"id": "gwas"}}],
        "pageInfo": {"hasNextPage": False},
    }
    assert mixed_model(ask, TOP.format(p="1e-13"))["topAssociations"]["nodes"] == []
    assert mixed_model(ask, TOP.format(p="1.0"), DEPRESSION)["topAssociations"] is None


def test_top_associations__wrong_arguments_are_named(ask: Ask) -> None:
    query = "query($id: ID!) { trait(id: $id) { mixedModel { topAssociations(%s) { nodes { id } } } } }"
    for arguments in ("first: 0", "pMax: 2"):
        assert error_of(ask(query % arguments, id=ARTHRITIS))["code"] == "BAD_ARGUMENT"


@pytest.mark.usefixtures("loaded_anew")
def test_mixed_model__is_stale_when_its_study_was_loaded_anew(ask: Ask) -> None:
    assert mixed_model(ask, "isStale reml { isStale }") == {"isStale": True, "reml": {"isStale": False}}


@pytest.mark.usefixtures("scan_is_gone")
def test_mixed_model__values_of_a_run_that_the_release_does_not_name_are_not_shown(ask: Ask) -> None:
    found = mixed_model(
        ask, f"h2 h2Se n lambdaGc tableUrl study {{ id }} run {{ id }} {TOP.format(p='1.0')} reml {{ h2 }}"
    )
    assert found.pop("reml") == {"h2": 0.5}
    assert set(found.values()) == {None}


def test_mixed_model__of_no_current_run_is_null(ask: Ask) -> None:
    assert mixed_model(ask, "h2", OTHER_DEPRESSION) is None


def test_mixed_model__whose_values_another_run_wrote_shows_the_run_alone(ask: Ask) -> None:
    """What a reader sees who asks for the release before a switch, and for the trait after it."""
    assert mixed_model(ask, "h2 study { id } run { id } reml { h2 }", HEIGHT) == {
        "h2": None,
        "study": None,
        "run": {"id": HEIGHT_SCAN.run_id},
        "reml": None,
    }


def test_build_mixed_model__without_a_run_has_no_values() -> None:
    found = build_mixed_model({"trait_id": "t", "lmm_h2": 0.1, "lmm_run_id": "x"}, {})
    assert (found.h2, found.run, found.flags, found.study_id) == (None, None, [], None)


def test_mixed_model__of_many_traits_is_one_query_a_kind(ask: Ask, queries: list[str]) -> None:
    traits = [ARTHRITIS, HEIGHT, DEPRESSION, OTHER_DEPRESSION]
    fields = "mixedModel { h2 study { id } run { id } reml { h2 run { id } } topAssociations { nodes { id } } }"
    text = " ".join(f't{at}: trait(id: "{trait}") {{ {fields} }}' for at, trait in enumerate(traits))
    answer = ask(f"{{ {text} }}")
    assert "errors" not in answer, answer
    assert sorted(queries) == [
        "graphql/mixed_model_runs_of_traits",
        "graphql/scan_associations_of_traits",
        "graphql/studies",
        "graphql/traits",
        "releases/read_current",
        "releases/read_current",
    ]
