"""How much one GraphQL document may ask for: depth, aliases, tokens and price, each measured once per fragment.

The price of a field is one; a paged field multiplies what is selected inside it by its effective page size, so
that nested lists multiply and ``first`` given as a variable or left out counts the same as one written out.
Fragments are measured once and remembered, hence a chain of fragments that doubles at each step costs nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
)
from graphql.utilities.coerce_input_value import coerce_default_value
from strawberry.extensions import SchemaExtension

from api.gql.codes import ErrorCode

PAGE_ARGUMENT = "first"


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
    """

    depth: int = 12
    aliases: int = 30
    tokens: int = 2_000
    price: int = 100_000
    page: int = 500


@dataclass(frozen=True, slots=True)
class Measure:
    """What a selection asks for."""

    depth: int = 0
    aliases: int = 0
    price: int = 0

    def beside(self, other: "Measure") -> "Measure":
        """Both selections, one after the other."""
        return Measure(max(self.depth, other.depth), self.aliases + other.aliases, self.price + other.price)


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
        if node.name.value.startswith("__"):
            return Measure()
        definition = (
            parent.fields.get(node.name.value) if isinstance(parent, GraphQLObjectType | GraphQLInterfaceType) else None
        )
        inner_type = get_named_type(definition.type) if definition else None
        inner = self.measure_selections(node.selection_set, inner_type)
        paging = definition.args.get(PAGE_ARGUMENT) if definition else None
        page = self._page_size(node, coerce_default_value(paging)) if paging else 1
        depth = 1 + inner.depth if node.selection_set else 0
        return Measure(depth, inner.aliases + bool(node.alias), 1 + inner.price * page)

    def _page_size(self, node: FieldNode, default: object) -> int:
        value: object = default
        for argument in node.arguments or ():
            if argument.name.value != PAGE_ARGUMENT:
                continue
            if isinstance(argument.value, IntValueNode):
                value = int(argument.value.value)
            elif isinstance(argument.value, VariableNode):
                value = self.variables.get(argument.value.name.value, default)
        return max(1, value) if isinstance(value, int) else 1


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
    meter = _Meter(schema, fragments, variables)
    total = Measure()
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode):
            total = total.beside(meter.measure_selections(node.selection_set, schema.get_root_type(node.operation)))
    return total


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
    """Refuses a document that asks for too much, before it is validated or run."""

    def on_operation(self) -> Iterator[None]:
        """Bound the parser."""
        self.execution_context.parse_options["max_tokens"] = self.execution_context.context.limits.tokens
        yield

    def on_validate(self) -> Iterator[None]:
        """Measure the parsed document; its price goes to the response's header."""
        execution = self.execution_context
        document = execution.graphql_document
        if document is not None:
            schema: GraphQLSchema = execution.schema._schema
            measure = measure_document(schema, document, execution.variables or {})
            execution.context.price = measure.price
            error = unnamed_operation(document, execution._provided_operation_name)
            error = error or broken_limit(measure, execution.context.limits)
            if error is not None:
                execution.pre_execution_errors = [error]
        yield
