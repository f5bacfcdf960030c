"""Fuzzed formats of LD score regression: statistics, LD scores, annotations, frequencies, lists."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl

from loaders.ldsc import read_annot, read_bim, read_cell_type_list, read_frq, read_ld_scores, read_sumstats
from loaders.ldsc.munge import munge
from loaders.ldsc.munge_filters import read_listed_alleles
from loaders.reference.annotation_paths import read_bed_path
from loaders.reference.rsid_lists import read_rsid_list
from tests.fuzz.sample import Loaded, Sample, count_after_header

N = range(1, 30)


def iterate_ldsc() -> Iterator[Sample]:
    """Every format of LD score regression."""
    z = "".join(f"rs{at}\tA\tG\t{at % 5 - 2}.5\t1000\n" for at in N)
    yield _one(
        "sumstats",
        "x.sumstats.gz",
        "SNP\tA1\tA2\tZ\tN\n" + z,
        lambda path: _of(read_sumstats(path), finite=("Z", "N")),
        counted=True,
    )
    scores = "CHR\tSNP\tBP\tL2\n" + "".join(f"{at % 22 + 1}\trs{at}\t{at * 10}\t{at}.123\n" for at in N)
    files = {"x.l2.ldscore.gz": scores.encode(), "x.l2.M": b"29\n", "x.l2.M_5_50": b"20\n"}
    yield Sample("ldscore", files, tuple(files), _ld_scores)
    two = "CHR\tSNP\tBP\taL2\tbL2\n" + "".join(f"1\trs{at}\t{at * 10}\t{at}.1\t-0.5\n" for at in N)
    files = {"x.l2.ldscore": two.encode(), "x.l2.M": b"29\t3\n", "x.l2.M_5_50": b"20\t2\n"}
    yield Sample("ldscore-partitioned", files, tuple(files), _ld_scores)
    annot = "CHR\tBP\tSNP\tCM\tbase\tin\n" + "".join(f"1\t{at * 10}\trs{at}\t0.{at}\t1\t{at % 2}\n" for at in N)
    yield _one(
        "ldsc-annot", "x.annot.gz", annot, lambda path: _of(read_annot(path).table, finite=("base", "in")), counted=True
    )
    yield _one(
        "thin-annot",
        "x.annot",
        "base\tin\n" + "1\t0\n" * 20,
        lambda path: _of(read_annot(path).table, finite=("base", "in")),
    )
    frq = " CHR  SNP  A1  A2  MAF  NCHROBS\n" + "".join(f"  1  rs{at}  A  G  0.{at}  1000\n" for at in N)
    yield _one("frq", "x.frq", frq, lambda path: _of(read_frq(path), finite=("MAF",)))
    bim = "".join(f"1\trs{at}\t0\t{at * 10}\tA\tG\n" for at in N)
    yield _one("ldsc-bim", "x.bim", bim, lambda path: _of(read_bim(path)))
    yield _one("cell-type-list", "x.ldcts", "Liver\tfolder/Liver.,folder/c.\nBrain\tfolder/Brain.\n", _cell_types)
    gwas = "SNP\tA1\tA2\tBETA\tSE\tP\tN\tFRQ\tINFO\n" + "".join(
        f"rs{at}\tA\tG\t{(-1) ** at * 0.01 * at:.2f}\t0.1\t0.{at}\t1000\t0.3\t1\n" for at in N
    )
    yield _one("munge", "gwas.txt.gz", gwas, _munge, counted=True)
    yield _one(
        "snp-list",
        "w_hm3.snplist",
        "SNP\tA1\tA2\n" + "".join(f"rs{at}\tA\tG\n" for at in N),
        lambda path: _of(read_listed_alleles(path).table),
    )
    yield _one("rsid-list", "ids.bim", bim, lambda path: _of(read_rsid_list(path, build="GRCh37").table))
    bed = "".join(f"chr1\t{at * 10}\t{at * 10 + 5}\n" for at in N)
    yield _one("interval-bed", "x.bed", bed, _intervals)


def _one(name: str, file: str, text: str, read, *, counted: bool = False) -> Sample:  # type: ignore[no-untyped-def]
    return Sample(
        name,
        {file: text.encode()},
        (file,),
        lambda folder: read(folder / file),
        count=count_after_header if counted else None,
    )


def _of(table: pl.DataFrame, finite: tuple[str, ...] = ()) -> Loaded:
    problem = None
    for name in finite:
        if name in table.columns and not np.isfinite(table[name].drop_nulls().to_numpy()).all():
            problem = f"{name} is not finite"
    if "SNP" in table.columns and (table["SNP"].null_count() or (table["SNP"].str.strip_chars() == "").any()):
        problem = problem or "a SNP without a name"
    if not table.height:
        problem = problem or "an empty table was taken"
    return Loaded(table.height, table.height, 0, problem)


def _ld_scores(folder: Path) -> Loaded:
    file = read_ld_scores(folder / "x")
    for m in (file.m, file.m_5_50):
        # the sum of an annotation may be negative, a number of SNPs not
        if m is not None and not (np.isfinite(m).all() and (file.names != ("L2",) or (m >= 0).all())):
            return Loaded(0, 0, 0, f"M is {m}")
    if (file.table["BP"] < 0).any():
        return Loaded(0, 0, 0, "a negative position")
    return _of(file.table, finite=file.names)


def _munge(path: Path) -> Loaded:
    found = munge(path)
    problem = _of(found.table, finite=("Z", "N")).problem
    return Loaded(found.n_read, found.n_written, sum(found.ledger.values()), problem)


def _cell_types(path: Path) -> Loaded:
    found = read_cell_type_list(path)
    return Loaded(
        len(found), len(found), 0, None if all(entry.name and entry.prefixes for entry in found) else "an empty entry"
    )


def _intervals(path: Path) -> Loaded:
    found = read_bed_path(path, build=None)
    problem = (
        "an interval that ends before its start"
        if (found.intervals["end_bp"] < found.intervals["start_bp"]).any()
        else None
    )
    return Loaded(found.n_read, found.n_placed, found.n_read - found.n_placed, problem)
