"""The directive ``@asOf``: one request reads an older release, as long as it stays loaded."""

from collections.abc import Iterator
from typing import Any

from graphql import (
    DirectiveLocation,
    DocumentNode,
    GraphQLArgument,
    GraphQLDirective,
    GraphQLInt,
    GraphQLNonNull,
    GraphQLSchema,
    OperationDefinitionNode,
)
from graphql.execution.values import get_directive_values, get_variable_values
from strawberry.extensions import SchemaExtension

AS_OF = GraphQLDirective(
    name="asOf",
    locations=[DirectiveLocation.QUERY],
    args={"release": GraphQLArgument(GraphQLNonNull(GraphQLInt), description="Its number.")},
    description="Read the whole operation in an older release: the newest ones stay loaded, as the setting "
    "kept_releases says; meta.availableReleases lists them. Genes, places, LD blocks and categories are those of now.",
)


class AsOfExtension(SchemaExtension):
    """Tells the request's context which release the operation names."""

    def on_execute(self) -> Iterator[None]:
        """Read the directive of the operation that runs."""
        execution = self.execution_context
        document = execution.graphql_document
        if document is not None:
            operation = _find_operation(document, execution.operation_name)
            schema: GraphQLSchema = execution.schema._schema
            number = _read_release(schema, operation, execution.variables or {}) if operation else None
            execution.context.name_release(number)
        yield


def _read_release(schema: GraphQLSchema, operation: OperationDefinitionNode, variables: dict[str, Any]) -> int | None:
    """The number that the operation's directive gives; None without one, and where a variable is wrong anyway."""
    values = get_variable_values(schema, operation.variable_definitions or (), variables)
    if isinstance(values, list):
        return None
    arguments = get_directive_values(AS_OF, operation, values)
    return None if arguments is None else int(arguments["release"])


def _find_operation(document: DocumentNode, name: str | None) -> OperationDefinitionNode | None:
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    if name is None:
        return operations[0] if operations else None
    return next((node for node in operations if node.name and node.name.value == name), None)
