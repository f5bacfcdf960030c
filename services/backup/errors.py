"""The one named error of backup and restore."""


class BackupError(Exception):
    """A backup cannot be written, read or restored."""
