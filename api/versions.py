"""The version of this program."""

from importlib.metadata import PackageNotFoundError, version

UNINSTALLED = "0 (a checkout that was not installed)"


def product_version() -> str:
    """Version of the installed program; says so where the checkout was never installed."""
    try:
        return version("locusgraph")
    except PackageNotFoundError:
        return UNINSTALLED
