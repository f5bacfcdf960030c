"""One query over ``UNWIND $keys`` for each DataLoader and level, however many nodes a request touches."""

from collections import Counter

import pytest

from tests.api.conftest import Ask
from tests.api.graph_rows import Cypher

pytestmark = pytest.mark.store

N_NODES = 120
NESTED = """query($n: Int!) { cpg(id: "cg99999999") { mqtl(first: $n) { nodes { study { id } snp { id
    nearestGenes { gene { symbol } } ldBlock { id study { id } }
    mqtl(first: 2) { nodes { study { id } cpg { id nearestGenes { rank } } } }
    associations(first: 2) { nodes { trait { id } study { id } } } } } } } }"""

_WRITE = """
CREATE (hub:CpG {cpg_id: 'cg99999999', chromosome: '5', position_bp: 1})
WITH hub MATCH (trait:Trait {trait_id: 'EFO:0000685'}), (gene:Gene {gene_id: 'ENSG00000000001'}),
  (block:LDBlock {block_id: 'GRCh37:1:1-1000000'})
UNWIND range(1, $n) AS i
CREATE (snp:SNP {key: 'many' + i, rsids: [], chromosome: '5', position_bp: i}), (own:CpG {cpg_id: 'own' + i})
CREATE (snp)-[first:MQTL]->(hub), (snp)-[second:MQTL]->(own), (snp)-[third:ASSOCIATED_WITH]->(trait),
  (snp)-[:NEAR {load_id: 'genes-1', study_id: 'genes', distance_bp: i, rank: 1}]->(gene),
  (snp)-[:IN_LD_BLOCK {load_id: 'blocks-1', study_id: 'blocks'}]->(block)
SET first = $edge, second = $edge, third = $edge, first.edge_key = 'first' + i, second.edge_key = 'second' + i,
  third.edge_key = 'third' + i, third.load_id = 'gwas-1', third.study_id = 'gwas'
"""


@pytest.fixture(scope="module", autouse=True)
def many(graph: object, run_cypher: Cypher) -> None:
    """A CpG with more than a hundred SNPs, each with edges of its own."""
    edge = {
        "load_id": "godmc-1", "study_id": "godmc", "reported_variant": "x", "model": "default", "neg_log10_p": 9.0,
        "is_superseded": False, "flags": [], "knowledge_level": "statistical_association",
    }  # fmt: skip
    run_cypher(_WRITE, n=N_NODES, edge=edge)


RELEASE = {"releases/read_current": 2}
"""The first and the last question of every request: what readers see, and whether it is what was read."""


def counted(ask: Ask, queries: list[str], n: int) -> Counter[str]:
    queries.clear()
    answer = ask(NESTED, n=n)
    assert "errors" not in answer, answer["errors"][:1]
    nodes = answer["data"]["cpg"]["mqtl"]["nodes"]
    assert len({node["snp"]["id"] for node in nodes}) == n
    assert all(node["snp"]["associations"]["nodes"][0]["trait"]["id"] == "EFO:0000685" for node in nodes)
    assert all(len(node["snp"]["mqtl"]["nodes"]) == 2 for node in nodes)
    return Counter(queries)


def test_nested_lists__ask_once_a_level_whatever_the_number_of_nodes(ask: Ask, queries: list[str]) -> None:
    one, hundred = counted(ask, queries, 1), counted(ask, queries, N_NODES)
    assert hundred == one
    assert sum(hundred.values()) <= 16
    once = {"graphql/mqtl_of_cpgs", "graphql/mqtl_of_snps", "graphql/associations_of_snps"}
    assert {hundred[name] for name in once | {"graphql/snps", "graphql/traits", "graphql/blocks_of_snps"}} == {1}
    assert hundred["graphql/cpgs"] <= 2  # the root's, then those of the second level
    assert hundred["graphql/studies"] <= 3


def test_many_roots__are_one_question(ask: Ask, queries: list[str]) -> None:
    roots = " ".join(f'a{n}: snp(id: "many{n + 1}") {{ id mqtl(first: 1) {{ nodes {{ id }} }} }}' for n in range(25))
    queries.clear()
    answer = ask(f"{{ {roots} }}")
    assert len(answer["data"]) == 25
    assert Counter(queries) == {**RELEASE, "graphql/snps": 1, "graphql/mqtl_of_snps": 1}
