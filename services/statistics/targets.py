"""What a regression is about: a trait of the graph with the statistics of one of its studies, or a munged file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from loaders.ldsc import read_sumstats
from services.graph.store import Store
from services.registry import sha256_of
from services.releases import current_release
from services.search.traits import require_trait
from services.settings import Settings
from services.statistics.errors import NoStatistics
from services.statistics.reports import Source

_FILE_ENDINGS = (".sumstats", ".sumstats.gz", ".gz", ".parquet", ".tsv", ".txt", ".bz2", ".zst")


@dataclass(frozen=True, slots=True)
class Target:
    """Statistics of one trait.

    Attributes
    ----------
    key
        Trait id, or path of the file.
    name
        Name of the trait, None for a file.
    table
        SNP, A1, A2, Z, N, and CHR, BP where known.
    sha256
        Of the table that they were read from.
    counts
        Rows left out when they were munged, by reason.
    study_id, load_id, ancestry
        Of the study; None for a file.
    """

    key: str
    name: str | None
    table: pl.DataFrame
    sha256: str
    counts: Mapping[str, int] = field(default_factory=dict)
    study_id: str | None = None
    load_id: str | None = None
    ancestry: str | None = None

    @property
    def studies(self) -> dict[str, str]:
        """Load of the study, by study."""
        return {self.study_id: self.load_id} if self.study_id is not None and self.load_id is not None else {}

    def source(self, label: str, counts: Mapping[str, int]) -> Source:
        """What a report says of it."""
        of_munging = {f"munge_{reason}": count for reason, count in self.counts.items()}
        return Source(
            target=self.key, name=self.name, study_id=self.study_id, ld_scores=label, counts={**of_munging, **counts}
        )


def is_file(text: str) -> bool:
    """Whether a target is the path of a file rather than the name of a trait."""
    return Path(text).is_file() or text.endswith(_FILE_ENDINGS)


def read_target(store: Store | None, settings: Settings, text: str, *, study: str | None = None) -> Target:
    """Read the statistics of a trait or a munged file.

    Parameters
    ----------
    text
        Path of a file that `munge` wrote, or what names one trait of the graph.
    study
        Study whose statistics are taken; None: the complete one with most samples.

    Raises
    ------
    TraitNotResolved, NoStatistics
        When no trait, several traits or no complete statistics are meant.
    LoadError
        When a file cannot be read.
    """
    if is_file(text):
        return Target(text, None, read_sumstats(Path(text)), sha256_of(Path(text)))
    if store is None:
        raise NoStatistics(f"{text!r} is no file, and without a graph nothing else can be meant: give a .sumstats.gz")
    from services.statistics.munging import sumstats_of_trait

    trait = require_trait(store, text)
    table, ledger, study_id, sha256 = sumstats_of_trait(store, settings, trait.trait_id, study_id=study)
    release = current_release(store)
    rows = store.read("statistics/studies", kinds=["gwas"], load_ids=list(release.load_ids))
    row = next(row for row in rows if row["study_id"] == study_id)
    counts = {str(reason): int(count) for reason, count in ledger.items()}
    return Target(trait.trait_id, trait.name, table, sha256, counts, study_id, row["load_id"], row["ancestry"])
