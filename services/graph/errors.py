# ruff: noqa: N818  (a refused store reads better as StoreUnavailable than as StoreUnavailableError)
"""The store's errors.

Exception
└── StoreError                  anything the store could not do
    ├── StoreUnavailable        nobody answers at the address: an outage, never an empty result
    ├── StoreRefused            the server refused user, password or database
    ├── UnknownQuery            no query file has that name
    ├── QueryFailed             the server refused or stopped a query
    │   ├── TimedOut            it was stopped because its time was over
    │   └── ConstraintBroken    a uniqueness rule of the schema would be broken
    ├── SchemaError             the database belongs to another schema, build or program
    └── ServerError             the managed local server cannot be started or stopped
        ├── JarError            a jar is missing or is not the locked one
        ├── DiskFull            no room left on the disk
        ├── ImportFailed        neo4j-admin's importer ended with an error
        └── ServerVersionError  the store was written by a newer Neo4j
"""


class StoreError(Exception):
    """Anything the store could not do."""


class StoreUnavailable(StoreError):
    """Nobody answers at the store's address."""


class StoreRefused(StoreError):
    """The server refused the user, the password or the database."""


class UnknownQuery(StoreError):
    """No query file has that name."""


class QueryFailed(StoreError):
    """The server refused or stopped a query."""


class TimedOut(QueryFailed):
    """A query was stopped, or not begun, because its time was over."""


class ConstraintBroken(QueryFailed):
    """A uniqueness rule of the schema would be broken."""


class SchemaError(StoreError):
    """The database belongs to another schema version, reference build or program."""


class ServerError(StoreError):
    """The managed local server cannot be started or stopped."""


class JarError(ServerError):
    """A jar of the managed server is missing or is not the locked one."""


class DiskFull(ServerError):
    """No room is left on the disk."""


class ImportFailed(ServerError):
    """Neo4j's importer ended with an error."""


class ServerVersionError(ServerError):
    """The store was written by a newer Neo4j than ours."""
