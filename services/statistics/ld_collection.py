"""The chromosomes' LD scores put together: what a run's folder holds, and the files of the original program."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from loaders.ldsc import LdScoreFile, write_annot, write_ld_scores
from loaders.ldsc.text_writer import write_table
from services.statistics.chromosomes import ChromosomeScores, is_continuous, place_columns
from services.statistics.reference import (
    ANNOTATIONS_NAME,
    PAIRS_NAME,
    PLACE_COLUMNS,
    LdReference,
    write_reference,
)
from services.statistics.refusals import InputsError

VARIANTS_NAME: Final = "variants.parquet"
_VARIANT_COLUMNS: Final = (
    "variant_index", "rsid", "chromosome", "position_bp", "canonical_1", "canonical_2", "coordinate", "has_missing",
    "ld_score",
)  # fmt: skip
PAIRS_FILE_ENDING: Final = "ld_pairs.parquet"
_PAIR_SCHEMA: Final = {"first": pl.Int64, "second": pl.Int64, "r_squared": pl.Float32}
_PAIR_COLUMNS: Final = ("chromosome", "id_1", "position_bp_1", "id_2", "position_bp_2", "r_squared")
_SUMS: Final = ("m", "m_5_50", "overlap", "overlap_5_50")


@dataclass(frozen=True)
class LdCollection:
    """LD scores of all chromosomes, sorted by chromosome and position.

    Attributes
    ----------
    names
        Columns, base first.
    variants
        Places and facts of the k SNPs.
    ld_scores
        (k, C).
    values
        Annotations (k, C).
    m, m_5_50, overlap, overlap_5_50, n_reference_snps, n_reference_snps_5_50
        Sums over all chromosomes, see `LdReference`.
    n_dropped
        Variants left out, by reason.
    pairs
        first, second (variant_index), r_squared; None where none were asked for.
    """

    names: tuple[str, ...]
    variants: pl.DataFrame
    ld_scores: NDArray[np.float64]
    values: NDArray[np.float32]
    m: NDArray[np.float64]
    m_5_50: NDArray[np.float64]
    overlap: NDArray[np.float64]
    overlap_5_50: NDArray[np.float64]
    n_reference_snps: int
    n_reference_snps_5_50: int
    n_dropped: Mapping[str, int]
    pairs: pl.DataFrame | None

    @classmethod
    def gather(cls, chromosomes: Iterable[ChromosomeScores]) -> LdCollection:
        """Put the chromosomes together as they come."""
        found = list(chromosomes)
        _check_names(found)
        scores = [each.scores for each in found]
        sums = {name: np.sum([getattr(each, name) for each in scores], axis=0) for name in _SUMS}
        dropped: dict[str, int] = {}
        for each in scores:
            for reason, count in each.n_dropped.items():
                dropped[reason] = dropped.get(reason, 0) + int(count)
        ld_scores = np.concatenate([each.ld_scores for each in scores])
        places = pl.concat([place_columns(each) for each in found])
        return cls(
            names=found[0].names,
            variants=places.with_columns(ld_score=pl.Series(ld_scores[:, 0])),
            ld_scores=ld_scores,
            values=np.concatenate([each.values for each in found]),
            **sums,
            n_reference_snps=sum(each.n_reference_snps for each in scores),
            n_reference_snps_5_50=sum(each.n_reference_snps_5_50 for each in scores),
            n_dropped=dropped,
            pairs=_pairs(found),
        )

    @property
    def base_scores(self) -> NDArray[np.float64]:
        """LD score of the base column (k,)."""
        return self.ld_scores[:, 0]

    @property
    def n_pairs(self) -> int:
        """Pairs in LD."""
        return 0 if self.pairs is None else self.pairs.height

    def to_reference(self, *, source: str, settings: Mapping[str, Any]) -> LdReference:
        """What regressions run on."""
        n = max(self.n_reference_snps_5_50, 1)
        variance = np.diag(self.overlap_5_50) / n - (self.m_5_50 / n) ** 2
        columns = [pl.Series(name, self.ld_scores[:, at]) for at, name in enumerate(self.names)]
        return LdReference(
            names=self.names,
            table=self.variants.select(*PLACE_COLUMNS).with_columns(columns),
            m=self.m,
            m_5_50=self.m_5_50,
            overlap=self.overlap,
            overlap_5_50=self.overlap_5_50,
            n_reference_snps=self.n_reference_snps,
            n_reference_snps_5_50=self.n_reference_snps_5_50,
            annotation_sd_5_50=np.sqrt(np.where(variance > 1e-12, variance, 0.0)),
            source=source,
            settings={**settings, "is_continuous": is_continuous(self.values).tolist()},
        )

    def write_folder(self, folder: Path, *, source: str, settings: Mapping[str, Any]) -> None:
        """Write a run's files: LD scores, annotations, variants, and pairs where there are any."""
        write_reference(folder, self.to_reference(source=source, settings=settings))
        values = pl.DataFrame({name: self.values[:, at] for at, name in enumerate(self.names)})
        values.write_parquet(folder / ANNOTATIONS_NAME)
        variants = self.variants.select(_VARIANT_COLUMNS)
        variants.rename({"canonical_1": "allele_1", "canonical_2": "allele_2"}).write_parquet(folder / VARIANTS_NAME)
        if self.pairs is not None:
            self.pairs.write_parquet(folder / PAIRS_NAME)

    def write_files(self, prefix: Path, *, has_annotations: bool) -> tuple[Path, ...]:
        """Write .l2.ldscore.gz, .l2.M and .l2.M_5_50 as the original program does.

        Parameters
        ----------
        prefix
            Of the files.
        has_annotations
            Write the annotations and frequencies of the same SNPs as well, .l2.annot.gz and .l2.frq, which enrichment
            needs; without annotations there is nothing to write.

        Notes
        -----
        Pairs in LD, where there are any, go to .ld_pairs.parquet.
        """
        names = ("L2",) if len(self.names) == 1 else self.names
        columns = [pl.Series(name, self.ld_scores[:, at]) for at, name in enumerate(names)]
        table = self.variants.select(CHR="chromosome", SNP="rsid", BP="position_bp").with_columns(columns)
        prefix.parent.mkdir(parents=True, exist_ok=True)
        written = write_ld_scores(prefix, LdScoreFile(table, names, self.m, self.m_5_50), decimals=3)
        if len(self.names) > 1 and has_annotations:
            written = (*written, *self._write_annotations(prefix))
        return written if self.pairs is None else (*written, self._write_pairs(prefix, self.pairs))

    def _write_annotations(self, prefix: Path) -> tuple[Path, ...]:
        """All of the panel's SNPs in one file; ``.l2`` in the names keeps files apart that others made."""
        annot, frq = (prefix.with_name(f"{prefix.name}.l2.{ending}") for ending in ("annot.gz", "frq"))
        places = self.variants.select(CHR="chromosome", BP="position_bp", SNP="rsid", CM="cm")
        write_annot(
            annot, places.with_columns(pl.Series(name, self.values[:, at]) for at, name in enumerate(self.names))
        )
        write_table(self.variants.select(CHR="chromosome", SNP="rsid", MAF="minor_allele_frequency"), frq)
        return annot, frq

    def _write_pairs(self, prefix: Path, pairs: pl.DataFrame) -> Path:
        """Pairs with the names and places of both SNPs, sorted by the first and the second."""
        path = prefix.with_name(f"{prefix.name}.{PAIRS_FILE_ENDING}")
        places = self.variants.select("variant_index", "chromosome", id="rsid", position_bp="position_bp")
        table = pairs.cast(_PAIR_SCHEMA)  # type: ignore[arg-type]
        for number, end in enumerate(("first", "second"), 1):
            own = places.select(
                pl.col("variant_index").cast(pl.Int64).alias(end),
                "chromosome",
                pl.col("id").alias(f"id_{number}"),
                pl.col("position_bp").alias(f"position_bp_{number}"),
            )
            own = own if number == 1 else own.drop("chromosome")
            table = table.join(own, on=end, how="left", maintain_order="left")
        write_table(table.sort("first", "second").select(_PAIR_COLUMNS), path)
        return path


def _check_names(found: Sequence[ChromosomeScores]) -> None:
    first = found[0]
    for each in found[1:]:
        if each.names != first.names:
            differs = sorted({*each.names} ^ {*first.names}) or ["another order"]
            raise InputsError(
                "every chromosome must have the same annotations",
                seen=", ".join(differs[:5]),
                where=f"chromosomes {first.job.genotypes.chromosome} and {each.job.genotypes.chromosome}",
                remedy="make the .annot files of all chromosomes in one run",
            )


def _pairs(found: Sequence[ChromosomeScores]) -> pl.DataFrame | None:
    parts = []
    for each in found:
        pairs = each.scores.pairs
        if pairs is None:
            return None
        index = each.job.genotypes.variants["variant_index"].to_numpy() + each.job.first_index
        parts.append(
            pl.DataFrame({"first": index[pairs.first], "second": index[pairs.second], "r_squared": pairs.r_squared})
        )
    return pl.concat(parts)
