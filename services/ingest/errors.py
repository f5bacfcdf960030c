"""Named errors of loading, removing and repairing studies.

Exception
└── IngestError             a study that could not be loaded or removed; readers see what they saw before
    ├── IngestBusy          another process is changing this state folder
    ├── ForeignStore        the graph and the state folder do not belong together
    ├── StateDamaged        a file of the state folder is missing
    ├── WrongBuild          the positions of a study are those of another genome build
    └── UnknownStudy        no loaded study has this id
"""


class IngestError(Exception):
    """A study that could not be loaded or removed; readers see what they saw before."""


class IngestBusy(IngestError):  # noqa: N818
    """Another process is changing this state folder."""


class ForeignStore(IngestError):  # noqa: N818
    """The graph and the state folder do not belong together."""


class StateDamaged(IngestError):  # noqa: N818
    """A file of the state folder is missing."""


class WrongBuild(IngestError):  # noqa: N818
    """The positions of a study are those of another genome build."""


class UnknownStudy(IngestError):  # noqa: N818
    """No loaded study has this id."""
