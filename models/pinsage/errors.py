"""The named errors of the PinSage family: rule broken, value seen, place, remedy."""


class PinSageError(Exception):
    """Root of every error that models.pinsage raises on purpose."""


class GraphError(PinSageError, ValueError):
    """The bipartite graph's arrays contradict each other or leave their range."""


class SettingsError(PinSageError, ValueError):
    """A setting is outside its range."""


class TooFewPairsError(PinSageError, ValueError):
    """There is not enough evidence across loci to train or to evaluate."""


class LeakError(PinSageError, AssertionError):
    """A held-out (LD block, molecule cluster) pair is visible where it must not be."""


class CheckpointError(PinSageError, ValueError):
    """Bytes given as a checkpoint are no checkpoint, or belong to another run."""


class NotFiniteError(PinSageError, ArithmeticError):
    """A number that must be finite is NaN or infinite."""


class QueryError(PinSageError, ValueError):
    """A SNP, molecule or block index given to a fitted model is unknown to it."""


class CalibrationError(PinSageError, ValueError):
    """Scores, hits, degrees or blocks do not fit together, or hold only one of hit and miss."""


class MissingPackageError(PinSageError, ImportError):
    """A method needs a package that is not installed."""


class RanksError(PinSageError, RuntimeError):
    """Processes that train together disagree, or one does another's part."""
