"""Named errors of the first load at size.

Exception
└── BulkError               nothing was loaded; the graph is as it was
    ├── StoreNotEmpty       the graph holds something already
    ├── StoreBusy           others are connected to the managed server, which has to stop
    ├── ImportIncomplete    what the importer made is not what its files hold
    └── NotPrepared         a folder does not hold what `load --finish` needs
"""


class BulkError(Exception):
    """A first load that could not be done; readers see what they saw before."""


class StoreNotEmpty(BulkError):  # noqa: N818
    """The graph holds something already."""


class StoreBusy(BulkError):  # noqa: N818
    """Others are connected to the managed server, which has to stop."""


class ImportIncomplete(BulkError):  # noqa: N818
    """What the importer made is not what its files hold."""


class NotPrepared(BulkError):  # noqa: N818
    """The folder does not hold what finishing a load needs."""
