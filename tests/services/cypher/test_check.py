"""What the check lets through: the queries that analysts write."""

from typing import Any

import pytest

from services.cypher.check import LONGEST_QUERY, check_query
from services.cypher.errors import CypherRefused
from services.cypher.regexes import check_regex
from services.cypher.tokens import Kind, read_tokens

ORDINARY: list[tuple[str, dict[str, Any]]] = [
    ("MATCH (s:SNP)-[e:MQTL]->(c:CpG) WHERE e.load_id IN $load_ids RETURN s.key, count(*) AS n ORDER BY n DESC", {}),
    ("MATCH (s:SNP) WHERE s.chromosome = '6' AND 25000000 <= s.position_bp <= 34000000 RETURN count(s)", {}),
    ("MATCH (s:SNP) WHERE s.position_bp > 100000000 RETURN s.key LIMIT 3;", {}),
    ("MATCH (g:Gene) WHERE g.symbol =~ '(?i)hla-.*' RETURN g.symbol", {}),
    ("MATCH (g:Gene) WHERE g.symbol =~ $pattern RETURN g", {"pattern": "BRCA[12]"}),
    ("MATCH p = (s:SNP)-[:MQTL]->(:CpG)-[:NEAR]->(:Gene) RETURN [n IN nodes(p) | labels(n)[0]] AS kinds LIMIT 5", {}),
    ("MATCH p = (a)-[*1..2]-(b) RETURN [n IN nodes(p) | [k IN keys(n) WHERE k <> 'key']] AS k LIMIT 1", {}),
    ("UNWIND range(1, 22) AS c MATCH (s:SNP {chromosome: toString(c)}) RETURN c, count(s)", {}),
    ("UNWIND $keys AS key MATCH (s:SNP {key: key}) RETURN s", {"keys": [f"rs{i}" for i in range(10_000)]}),
    ("WITH [1, 2, 3] AS l RETURN reduce(t = 0, x IN l | t + x) AS t, [i IN range(0, size(l) - 1) | l[i]] AS m", {}),
    ("MATCH (t:Trait) RETURN t.name + ' (' + t.trait_id + ')' AS label, t.h2 + 1.96 * t.h2_se AS upper", {}),
    ("MATCH (s:SNP) WHERE any(r IN s.rsids WHERE r STARTS WITH 'rs') RETURN count(s)", {}),
    ("MATCH (n) // all of them\nRETURN count(n) /* how many; */ AS n", {}),
    ("MATCH (`use`:Study) RETURN `use`.study_id AS `CREATE (n); USE system`", {}),
    ("RETURN 'CREATE (n); USE x; LOAD CSV' AS s", {}),
    ("MATCH (s:Study) RETURN CASE WHEN s.kind = 'gwas' THEN 1 ELSE CASE s.kind WHEN 'mqtl' THEN 2 END END AS k", {}),
    ("RETURN date('2026-01-01') + duration({days: 3}) AS d, point({x: 1, y: 2}) AS p", {}),
    ("CALL db.index.fulltext.queryNodes('trait_text', $q) YIELD node, score RETURN node.name, score", {"q": "height"}),
    ("MATCH (a:SNP)-[:IN_LD_WITH]-(b:SNP) RETURN COUNT { (a)-[:MQTL]->() } AS n, EXISTS { (b)-[:EQTL]->() } AS e", {}),
]


@pytest.mark.parametrize(("text", "parameters"), ORDINARY)
def test_check_query__lets_ordinary_queries_through(text: str, parameters: dict[str, Any]) -> None:
    assert check_query(text, parameters)


def test_read_tokens__sees_through_comments_strings_and_backticks() -> None:
    tokens = read_tokens("RETURN /* x; */ 'a\\'b' AS `c``d`, \"//\" // end")
    assert [(token.kind, token.text) for token in tokens] == [
        (Kind.WORD, "RETURN"),
        (Kind.STRING, "a'b"),
        (Kind.WORD, "AS"),
        (Kind.QUOTED, "c`d"),
        (Kind.SYMBOL, ","),
        (Kind.STRING, "//"),
    ]


@pytest.mark.parametrize("pattern", ["rs[0-9]+", "(?i)hla.*", "a{2,5}b", "(abc)+", "[(+*]x*", "\\(a\\+\\)+", "(a|b)c"])
def test_check_regex__lets_plain_patterns_through(pattern: str) -> None:
    check_regex(pattern)


@pytest.mark.parametrize(
    ("pattern", "match"),
    [
        ("(a+)+", "repeats or branches"),
        ("((ab)*c)*", "repeats or branches"),
        ("(a|b)*", "repeats or branches"),
        ("(?:a|b){1,9}", "repeats or branches"),
        ("(a)\\1", "back-references"),
        ("a*b*c*d*", "without bound"),
        ("a{1,5000}", "at most 100"),
        ("a" * 201, "201 characters"),
    ],
)
def test_check_regex__refuses_what_may_backtrack(pattern: str, match: str) -> None:
    with pytest.raises(CypherRefused, match=match):
        check_regex(pattern)


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("RETURN (1", "never closed"),
        ("RETURN 1)", "without its partner"),
        ("RETURN 'a", "must end"),
        ("RETURN 1 /* a", "must end"),
        ("RETURN 1 § 2", "U\\+00A7"),
        ("RETURN\x0b1", "U\\+000B"),
        (" // nothing", "must not be empty"),
        ("RETURN " + "1" * LONGEST_QUERY, "at most 20,000 characters"),
        ("RETURN range(1, size([1]) * 1000000)", "whole numbers"),
        ("RETURN range(1, 2.5)", "whole numbers"),
        ("RETURN range(1, 10, 0)", "whole numbers"),
        ("RETURN range(0, 20000) AS l", "20,001 entries"),
        ("UNWIND range(1, 20000) + [1] AS x RETURN x", "20,000 entries"),
        ("EXPLAIN RETURN 1", "no words before the query; seen: EXPLAIN; leave it out"),
    ],
)
def test_check_query__names_rule_and_what_was_seen(text: str, match: str) -> None:
    with pytest.raises(CypherRefused, match=match):
        check_query(text, {})


def test_check_query__parameters_are_bounded() -> None:
    with pytest.raises(CypherRefused, match="100,000 entries; seen: \\$x with 100,001; ask in several"):
        check_query("RETURN 1", {"x": [0] * 100_001})
    recursive: list[Any] = []
    recursive.append(recursive)
    with pytest.raises(CypherRefused, match="plain JSON"):
        check_query("RETURN 1", {"x": recursive})
