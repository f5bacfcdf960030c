"""The property graph in one registry: labels, keys, relationship types, properties, constraints."""

from graph_schema.constraints import SCHEMA_VERSION, SchemaStatement, constraint_statements
from graph_schema.edges import EDGES, EdgeType
from graph_schema.nodes import NODES, NodeType
from graph_schema.properties import Property, PropertyType

__all__ = [
    "EDGES",
    "NODES",
    "SCHEMA_VERSION",
    "EdgeType",
    "NodeType",
    "Property",
    "PropertyType",
    "SchemaStatement",
    "constraint_statements",
]
