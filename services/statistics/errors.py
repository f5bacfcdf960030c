"""Named errors of the statistics.

Exception
└── StatisticsError         an analysis that cannot be made; readers see what they saw before
    ├── StatisticsBusy      another process is computing statistics on this state folder
    ├── UnknownPanel        no loaded LD panel has this id
    ├── UnknownAnnotation   an annotation is not loaded, or not in the LD scores that were asked for
    ├── NoLdScores          there are no LD scores to regress on, or not the ones asked for
    ├── NoStatistics        no loaded GWAS holds complete statistics of the trait
    └── RunDamaged          files of a run are missing or changed
"""


class StatisticsError(Exception):
    """An analysis that cannot be made; readers see what they saw before."""


class StatisticsBusy(StatisticsError):  # noqa: N818
    """Another process is computing statistics on this state folder."""


class UnknownPanel(StatisticsError):  # noqa: N818
    """No loaded LD panel has this id."""


class UnknownAnnotation(StatisticsError):  # noqa: N818
    """An annotation is not loaded, or not in the LD scores that were asked for."""


class NoLdScores(StatisticsError):  # noqa: N818
    """There are no LD scores to regress on, or not the ones asked for."""


class NoStatistics(StatisticsError):  # noqa: N818
    """No loaded GWAS holds complete statistics of the trait."""


class RunDamaged(StatisticsError):  # noqa: N818
    """Files of a run are missing or changed."""
