"""Errors of the search.

Exception
└── SearchError             a search that cannot be done as asked
    ├── OptionError         an option has an impossible value
    ├── TraitNotResolved    a text names no trait, or several
    ├── SnpNotResolved      a text names no SNP, or several
    ├── RegionError         a text looks like a region but is none
    └── PanelError          the files of an LD panel do not fit each other
"""


class SearchError(Exception):
    """A search that cannot be done as asked."""


class OptionError(SearchError):
    """An option has an impossible value."""


class TraitNotResolved(SearchError):  # noqa: N818 - says what happened
    """A text names no trait, or several."""


class SnpNotResolved(SearchError):  # noqa: N818 - says what happened
    """A text names no SNP, or several."""


class RegionError(SearchError):
    """A text looks like a region but is none."""


class PanelError(SearchError):
    """The files of an LD panel do not fit each other."""
