"""Makes GraphQL objects of the store's rows: a field takes the property of the same name."""

import dataclasses
from collections.abc import Hashable
from functools import cache
from typing import Any, TypeVar, cast

from strawberry.types.base import StrawberryList

from api.gql.batches import Row

ObjectT = TypeVar("ObjectT")


def build_object(kind: type[ObjectT], properties: Row, **more: Any) -> ObjectT:
    """Make an object of a GraphQL type from a node's or an edge's properties.

    Parameters
    ----------
    kind
        A strawberry type; fields that the properties lack become None, or an empty list where the field is a list.
    properties
        As the store gives them; those without a field are left out.
    more
        Fields that are no properties.
    """
    values = {
        name: properties.get(name, [] if is_list else None) for name, is_list in _fields_of(kind) if name not in more
    }
    return kind(**values, **more)


def build_record(kind: type[ObjectT], record: object, **more: Any) -> ObjectT:
    """Make an object of a GraphQL type from one of the services' records, field by field.

    Parameters
    ----------
    record
        Has an attribute for every field that `more` does not give.
    """
    values = {name: getattr(record, name) for name, _ in _fields_of(kind) if name not in more}
    return kind(**values, **more)


def _fields_of(kind: type[object]) -> tuple[tuple[str, bool], ...]:
    """As `_fields`; a class is hashable, though its metaclass does not say so."""
    return _fields(cast(Hashable, kind))


@cache
def _fields(kind: Hashable) -> tuple[tuple[str, bool], ...]:
    """Name of each field that an object is made with, and whether it is a list."""
    fields = dataclasses.fields(kind)  # type: ignore[arg-type]
    return tuple((field.name, isinstance(field.type, StrawberryList)) for field in fields if field.init)
