"""How much one GraphQL document may ask for: depth, aliases, tokens and price, each measured once per fragment.

The price of a field is one; a paged field multiplies what is selected inside it by its effective page size, so
that nested lists multiply and ``first`` given as a variable or left out counts the same as one written out. Lists
without pages multiply by what they usually hold, and fields that start a search cost what a search costs.
Fragments are measured once and remembered, hence a chain of fragments that doubles at each step costs nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLArgument,
    GraphQLError,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SchemaMetaFieldDef,
    SelectionSetNode,
    TypeMetaFieldDef,
    TypeNameMetaFieldDef,
    Undefined,
    ValueNode,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    value_from_ast_untyped,
)
from graphql.utilities.coerce_input_value import coerce_default_value
from strawberry.extensions import SchemaExtension

from api.gql.codes import ErrorCode
from api.gql.documents import DocumentShelf, Prepared

PAGE_ARGUMENT: Final = "first"
KEYS_ARGUMENT: Final = "ids"
LARGEST_PRICE: Final = 10**15
"""Prices are counted up to here: a document may multiply to a number of many hundred digits."""

SHORT_LIST: Final = 10
_LISTS: Final[Mapping[tuple[str, str], int]] = {
    ("PredictedAssociation", "querySnps"): 50,
    ("CandidateLoci", "novelLoci"): 50,
    ("CandidateLoci", "unassessedLoci"): 50,
}
"""Lists without pages that hold more than ``SHORT_LIST`` objects, by type and field."""

_WORK: Final[Mapping[tuple[str, str], int]] = {
    ("Query", "candidateLoci"): 1_000,
    ("Query", "search"): 50,
    ("PredictedAssociation", "evidence"): 50,
}
"""Prices of fields that compute, where the others read."""

_META_FIELDS: Final[Mapping[str, GraphQLField]] = {
    "__schema": SchemaMetaFieldDef,
    "__type": TypeMetaFieldDef,
    "__typename": TypeNameMetaFieldDef,
}
_META_LISTS: Final[Mapping[str, int]] = {"types": 100, "fields": 10, "args": 1, "inputFields": 2, "directives": 5}


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that one document may ask for.

    Attributes
    ----------
    depth
        Nested selections.
    aliases
        Aliased fields after fragments are spread.
    tokens
        Words and signs of the text.
    price
        Fields times page sizes.
    page
        Entries of one page.
    seconds
        Time of one request.
    rows
        Rows of one answer in columns.
    """

    depth: int = 12
    aliases: int = 30
    tokens: int = 2_000
    price: int = 100_000
    page: int = 500
    seconds: float = 30.0
    rows: int = 200_000


@dataclass(frozen=True, slots=True)
class Measure:
    """What a selection asks for."""

    depth: int = 0
    aliases: int = 0
    price: int = 0

    def beside(self, other: "Measure") -> "Measure":
        """Both selections, one after the other."""
        price = min(self.price + other.price, LARGEST_PRICE)
        return Measure(max(self.depth, other.depth), self.aliases + other.aliases, price)


@dataclass(slots=True)
class _Meter:
    """Walks one document; the fragments measured so far are kept."""

    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Mapping[str, Any]
    measured: dict[str, Measure] = field(default_factory=dict)

    def measure_selections(self, selections: SelectionSetNode | None, parent: GraphQLNamedType | None) -> Measure:
        total = Measure()
        for selection in selections.selections if selections else ():
            if isinstance(selection, FieldNode):
                total = total.beside(self._measure_field(selection, parent))
            elif isinstance(selection, InlineFragmentNode):
                condition = selection.type_condition
                inner = self.schema.get_type(condition.name.value) if condition else parent
                total = total.beside(self.measure_selections(selection.selection_set, inner))
            elif isinstance(selection, FragmentSpreadNode):
                total = total.beside(self._measure_fragment(selection.name.value))
        return total

    def _measure_fragment(self, name: str) -> Measure:
        if name not in self.measured and name in self.fragments:
            self.measured[name] = Measure()  # a fragment inside itself counts nothing; validation refuses it anyway
            fragment = self.fragments[name]
            parent = self.schema.get_type(fragment.type_condition.name.value)
            self.measured[name] = self.measure_selections(fragment.selection_set, parent)
        return self.measured.get(name, Measure())

    def _measure_field(self, node: FieldNode, parent: GraphQLNamedType | None) -> Measure:
        name = node.name.value
        definition = _META_FIELDS.get(name) or _field_of(parent, name)
        inner = self.measure_selections(node.selection_set, get_named_type(definition.type) if definition else None)
        aliases = inner.aliases + bool(node.alias)
        if name == "__typename":
            return Measure(aliases=aliases)
        place = (parent.name if parent else "", name)
        is_meta = name.startswith("__") or place[0].startswith("__")
        depth = 1 + inner.depth if node.selection_set and not is_meta else 0
        length = self._length(node, definition, place) if definition else 1
        return Measure(depth, aliases, min(_WORK.get(place, 1) + inner.price * length, LARGEST_PRICE))

    def _length(self, node: FieldNode, definition: GraphQLField, place: tuple[str, str]) -> int:
        """How many objects the field is expected to give: its page, its keys, or what its list usually holds."""
        given = {argument.name.value: argument.value for argument in node.arguments or ()}
        if PAGE_ARGUMENT in definition.args:
            size = self._value(given.get(PAGE_ARGUMENT), definition.args[PAGE_ARGUMENT])
            return max(1, int(size)) if isinstance(size, int | float) and abs(size) < LARGEST_PRICE else 1
        if KEYS_ARGUMENT in definition.args:
            keys = self._value(given.get(KEYS_ARGUMENT), definition.args[KEYS_ARGUMENT])
            return max(1, len(keys)) if isinstance(keys, list) else 1
        if not isinstance(get_nullable_type(definition.type), GraphQLList) or place[0].endswith("Connection"):
            return 1
        if place[0].startswith("__"):
            return _META_LISTS.get(place[1], 2)
        return _LISTS.get(place, SHORT_LIST) if is_composite_type(get_named_type(definition.type)) else 1

    def _value(self, given: ValueNode | None, argument: GraphQLArgument) -> Any:
        """What an argument has in the end: written out, of a variable, or its default."""
        value = value_from_ast_untyped(given, dict(self.variables)) if given is not None else Undefined
        return coerce_default_value(argument) if value is Undefined else value


def _field_of(parent: GraphQLNamedType | None, name: str) -> GraphQLField | None:
    return parent.fields.get(name) if isinstance(parent, GraphQLObjectType | GraphQLInterfaceType) else None


def measure_document(schema: GraphQLSchema, document: DocumentNode, variables: Mapping[str, Any]) -> Measure:
    """What all operations of a document ask for; a document that does not fit the schema is measured all the same.

    Parameters
    ----------
    schema
        Gives the page size of a field that names none.
    document
        As parsed, not yet validated.
    variables
        As the caller sent them.
    """
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    total = Measure()
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode):
            meter = _Meter(schema, fragments, {**_defaults(node), **variables})
            total = total.beside(meter.measure_selections(node.selection_set, schema.get_root_type(node.operation)))
    return total


def _defaults(operation: OperationDefinitionNode) -> dict[str, Any]:
    """What an operation's variables are where the caller leaves them out."""
    return {
        definition.variable.name.value: value_from_ast_untyped(definition.default_value)
        for definition in operation.variable_definitions or ()
        if definition.default_value is not None
    }


def broken_limit(measure: Measure, limits: Limits) -> GraphQLError | None:
    """The first limit that a document breaks, said with the value seen and the value allowed."""
    checks = (
        (measure.depth, limits.depth, "nested selections", ErrorCode.TOO_DEEP, "ask in two requests"),
        (measure.aliases, limits.aliases, "aliases", ErrorCode.TOO_MANY_ALIASES, "ask in several requests"),
        (measure.price, limits.price, "price (fields times page sizes)", ErrorCode.TOO_COSTLY, "ask for smaller pages"),
    )
    for seen, allowed, what, code, remedy in checks:
        if seen > allowed:
            message = f"the query has {seen:,} {what}; at most {allowed:,} are allowed: {remedy}"
            return GraphQLError(message, extensions={"code": code.value, "seen": seen, "allowed": allowed})
    return None


def unnamed_operation(document: DocumentNode, name: str | None) -> GraphQLError | None:
    """The error of a document with several operations when none was chosen; one of them is not just as good."""
    names = [
        node.name.value for node in document.definitions if isinstance(node, OperationDefinitionNode) and node.name
    ]
    if name or len(names) < 2:
        return None
    message = f"the document holds the operations {', '.join(names)}: say which one as operationName"
    return GraphQLError(message, extensions={"code": ErrorCode.BAD_QUERY.value})


class LimitExtension(SchemaExtension):
    """Refuses a document that asks for too much, before it is validated or run.

    Parameters
    ----------
    shelf
        Keeps documents over requests; each request has an extension of its own.
    """

    def __init__(self, shelf: DocumentShelf) -> None:
        self._shelf = shelf
        self._prepared: Prepared | None = None

    def on_parse(self) -> Iterator[None]:
        """Parse what was not parsed before, within the limit of tokens."""
        execution = self.execution_context
        if execution.query:
            self._prepared = self._shelf.prepare(execution.query, execution.context.limits.tokens)
            execution.graphql_document = self._prepared.document
        yield

    def on_validate(self) -> Iterator[None]:
        """Measure the parsed document, then validate it; its price goes to the response's header."""
        execution = self.execution_context
        if self._prepared is not None:
            schema: GraphQLSchema = execution.schema._schema
            error = self._refusal(schema, self._prepared.document)
            execution.pre_execution_errors = [error] if error else self._prepared.validate(schema)
        yield

    def _refusal(self, schema: GraphQLSchema, document: DocumentNode) -> GraphQLError | None:
        execution = self.execution_context
        try:
            measure = measure_document(schema, document, execution.variables or {})
        except RecursionError:
            measure = Measure(depth=execution.context.limits.tokens)
        execution.context.price = measure.price
        unnamed = unnamed_operation(document, execution._provided_operation_name)
        return unnamed or broken_limit(measure, execution.context.limits)
