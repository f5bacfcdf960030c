"""The numbered steps that bring a store of an older schema version to the present one."""

from collections.abc import Sequence
from dataclasses import dataclass

from graph_schema.constraints import SCHEMA_VERSION


@dataclass(frozen=True, slots=True)
class Migration:
    """One step, from one schema version to the next.

    Attributes
    ----------
    from_version
        The version it starts from; it ends at the next one.
    meaning
        What it changes, for the person who is asked to run it.
    queries
        Named queries (``setup/...``), in order; each may be run again after a kill with the same result.
    """

    from_version: int
    meaning: str
    queries: tuple[str, ...]

    @property
    def name(self) -> str:
        """Such as ``1 to 2``."""
        return f"{self.from_version} to {self.from_version + 1}"


MIGRATIONS: tuple[Migration, ...] = (
    Migration(
        1,
        "LD scores that positions sources report move from ld_score to reported_ld_score",
        ("setup/name_reported_ld_scores",),
    ),
)


def pending_migrations(version: int, migrations: Sequence[Migration] = MIGRATIONS) -> tuple[Migration, ...]:
    """The steps that a store of this version needs, in order; a version without a listed step changes no data."""
    known = {migration.from_version: migration for migration in migrations}
    no_change = "no stored data changes; constraints and indexes are made anew where they are missing"
    return tuple(known.get(number, Migration(number, no_change, ())) for number in range(version, SCHEMA_VERSION))
