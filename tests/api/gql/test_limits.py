"""Limits of a document: what is measured, and that measuring cannot be made slow."""

import time

import pytest
from graphql import build_schema, parse

from api.gql.limits import LARGEST_PRICE, Limits, Measure, broken_limit, measure_document
from api.gql.schema import create_schema

SCHEMA = build_schema(
    """type Query { snp(id: ID): Snp things(first: Int = 5): [Snp] byIds(ids: [ID!]!): [Snp] }
       type Snp { id: ID mqtl(first: Int! = 25): MqtlConnection near: [Cpg] }
       type MqtlConnection { nodes: [Mqtl] }
       type Mqtl { p: Float cpg: Cpg }
       type Cpg { id: ID mqtl(first: Int! = 25): MqtlConnection }"""
)


def measure(text: str, **variables: object) -> Measure:
    return measure_document(SCHEMA, parse(text), variables)


def test_measure_document__counts_depth_and_aliases() -> None:
    assert measure("{ a: snp { b: id mqtl { nodes { p } } } }") == Measure(depth=3, aliases=2, price=53)


def test_measure_document__nested_pages_multiply() -> None:
    text = "{ snp { mqtl(first: 10) { nodes { cpg { mqtl(first: 7) { nodes { p } } } } } } }"
    inner = 1 + 7 * 2
    assert measure(text).price == 1 + 1 + 10 * (1 + 1 + inner)


@pytest.mark.parametrize("page", ["first: $n", "first: 100"])
def test_measure_document__a_variable_counts_like_a_number(page: str) -> None:
    assert measure(f"query($n: Int!) {{ snp {{ mqtl({page}) {{ nodes {{ p }} }} }} }}", n=100).price == 202


@pytest.mark.parametrize("first", ["0", "-5", "null"])
def test_measure_document__no_page_size_is_free(first: str) -> None:
    assert measure(f"{{ things(first: {first}) {{ id }} }}").price >= 2


def test_measure_document__a_default_page_counts() -> None:
    assert measure("{ things { id } }").price == 6


@pytest.mark.parametrize("value", ["100", "100.0"])
def test_measure_document__a_variables_default_counts(value: str) -> None:
    text = f"query($n: Int = {value}) {{ snp {{ mqtl(first: $n) {{ nodes {{ p }} }} }} }}"
    assert measure(text).price == 202
    assert measure(text, n=10).price == 22


def test_measure_document__a_variable_as_a_float_counts() -> None:
    assert measure("query($n: Int!) { things(first: $n) { id } }", n=100.0).price == 101


def test_measure_document__keys_count_each() -> None:
    assert measure('{ byIds(ids: ["a", "b", "c"]) { id } }').price == 4
    assert measure("query($ids: [ID!]!) { byIds(ids: $ids) { id } }", ids=["a"] * 50).price == 51


def test_measure_document__a_list_without_pages_counts_several() -> None:
    assert measure("{ snp { near { id } } }").price == 1 + 1 + 10


def test_measure_document__introspection_has_a_price_and_no_depth() -> None:
    one = measure("{ __schema { types { fields { type { ofType { ofType { name } } } } } } }")
    assert one.depth == 0
    assert one.price > 1_000
    four = measure("{ " + " ".join(f"a{n}: __schema {{ types {{ fields {{ name }} }} }}" for n in range(4)) + " }")
    assert four.aliases == 4
    assert four.price == 4 * measure("{ __schema { types { fields { name } } } }").price


def test_measure_document__graphiqls_introspection_is_allowed() -> None:
    from graphql import get_introspection_query

    asked = measure_document(create_schema()._schema, parse(get_introspection_query()), {})
    assert broken_limit(asked, Limits()) is None


def test_measure_document__a_price_of_hundreds_of_digits_ends() -> None:
    links = " ".join(
        f"fragment f{i} on Cpg {{ mqtl(first: 500) {{ nodes {{ cpg {{ ...f{i + 1} }} }} }} }}" for i in range(90)
    )
    found = measure(f"{{ snp {{ mqtl {{ nodes {{ cpg {{ ...f0 }} }} }} }} }} {links} fragment f90 on Cpg {{ id }}")
    assert found.price == LARGEST_PRICE


def test_measure_document__doubling_fragments_take_no_time() -> None:
    links = " ".join(f"fragment f{i} on Query {{ ...f{i + 1} ...f{i + 1} }}" for i in range(150))
    begin = time.perf_counter()
    found = measure(f"{{ ...f0 }} {links} fragment f150 on Query {{ a: snp {{ id }} }}")
    assert time.perf_counter() - begin < 0.5
    assert found.aliases == 2**150


def test_measure_document__a_fragment_inside_itself_ends() -> None:
    assert measure("{ ...f } fragment f on Query { snp { id } ...f }").price == 2


@pytest.mark.parametrize(
    ("seen", "message", "code"),
    [
        (Measure(depth=13), "13 nested selections; at most 12 are allowed: ask in two requests", "TOO_DEEP"),
        (Measure(aliases=31), "31 aliases; at most 30 are allowed", "TOO_MANY_ALIASES"),
        (Measure(price=100_001), "100,001 price .* ask for smaller pages", "TOO_COSTLY"),
    ],
)
def test_broken_limit__names_value_limit_and_remedy(seen: Measure, message: str, code: str) -> None:
    error = broken_limit(seen, Limits())
    assert error is not None
    with pytest.raises(type(error), match=message):
        raise error
    assert error.extensions["code"] == code


def test_broken_limit__allows_what_fits() -> None:
    assert broken_limit(Measure(12, 30, 100_000), Limits()) is None
