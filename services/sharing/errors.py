"""The one named error of the exports."""


class ExportError(Exception):
    """Something cannot be exported as it was asked for."""
