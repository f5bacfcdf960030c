"""Named errors of the evaluation.

RuleError
└── EvaluationError         an evaluation that cannot be made as asked
    ├── ResultsFileError    a file of results is no such file
    └── PageError           a page has no place for the tables
"""

from loaders.errors import RuleError


class EvaluationError(RuleError):
    """An evaluation that cannot be made as asked."""


class ResultsFileError(EvaluationError):
    """A file of results is no such file."""


class PageError(EvaluationError):
    """A page has no place for the tables."""
