"""The chromosomes of the LD score benchmarks, and both sides' calls over them.

25 chromosomes, 139,916 SNPs, 489 people: the 22 real 1-Mb windows of 1000 Genomes, and the tutorial's chromosome 22
three times, its 379 people completed to 489 by people drawn again (fixed seeds), so that no SNP loses its variation.
"""

import json
import shutil
import tarfile
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from bed_reader import open_bed, to_bed
from numpy.typing import NDArray

from loaders.genotypes import open_panel, split_chromosomes
from models.heritability.ld_scores import LdScoreOptions, LdScores, estimate_ld_scores
from tests.benchmarks.peers import Call, Measured, Side, compare, figures
from tests.paths import DATA

N_PEOPLE, N_SNPS, N_COPIES, WINDOW_CM, CHUNK_SIZE, SEED = 489, 139_916, 3, 1.0, 50, 20_261_121
LARGEST_DIFFERENCE = 0.0015
WINDOWS, TUTORIAL = DATA / "ldsc" / "B_1000G_bolt" / "plink", DATA / "ldsc" / "A_tutorial_chr22"


def score_chromosome(bed: str, annotations: NDArray[np.float64] | None = None) -> LdScores:
    """Our side: LD scores of the one chromosome of a triple, read from its files, the reference's windows."""
    (genotypes,) = split_chromosomes([open_panel(Path(bed))])
    options = LdScoreOptions(window=WINDOW_CM, chunk_size=CHUNK_SIZE, allow_whole_chromosome=True)
    centimorgan = genotypes.variants["cm"].to_numpy()
    return estimate_ld_scores(
        genotypes.read_block, genotypes.n_people, centimorgan, annotations=annotations, options=options
    )


def run(n_annotations: int, *, least_ratio: float, largest_peak_mb: float | None = None) -> int:
    """Compare both sides, print the JSON object; 1 where they disagree or a bar is missed."""
    if not DATA.is_dir():
        raise SystemExit("skipped: the shared real data are not here")
    with tempfile.TemporaryDirectory() as name:
        beds = write_chromosomes(Path(name))
        annotations = [_simulate_annotations(bed, n_annotations) for bed in beds] if n_annotations else None
        ours, peer = compare(_our_side(beds, annotations), _peer_side(beds, annotations))
    n_snps, difference = _largest_difference(ours, peer)
    found = {
        "n_snps": n_snps,
        "n_chromosomes": len(beds),
        "n_annotations": n_annotations,
        "largest_difference": difference,
        **figures(ours, peer),
    }
    print(json.dumps(found))
    fits = largest_peak_mb is None or found["peak_mb"] <= largest_peak_mb
    is_same = n_snps == N_SNPS and difference <= LARGEST_DIFFERENCE
    return int(not (is_same and fits and found["ratio"] >= least_ratio))


def write_chromosomes(folder: Path) -> list[Path]:
    """A triple a chromosome in the folder; their .bed files."""
    beds = [folder / f"{number}.bed" for number in range(1, 23 + N_COPIES)]
    for number, bed in enumerate(beds[:22], 1):
        for suffix in (".bed", ".bim"):
            shutil.copy(WINDOWS / f"1000G.subset.{number}{suffix}", bed.with_suffix(suffix))
        shutil.copy(WINDOWS / "1000G.subset.ALL.fam", bed.with_suffix(".fam"))
    with tarfile.open(TUTORIAL / "1kg_eur.tar.bz2") as archive:
        archive.extractall(folder, filter="data")
    source = folder / "1kg_eur" / "22.bed"
    with open_bed(source) as tutorial:
        genotypes = tutorial.read(dtype="int8")
    for copy, bed in enumerate(beds[22:]):
        again = np.random.default_rng(SEED + copy).integers(0, len(genotypes), N_PEOPLE - len(genotypes))
        to_bed(bed, np.concatenate([genotypes, genotypes[again]]))
        shutil.copy(source.with_suffix(".bim"), bed.with_suffix(".bim"))
        shutil.copy(beds[0].with_suffix(".fam"), bed.with_suffix(".fam"))
    return beds


def _simulate_annotations(bed: Path, count: int) -> NDArray[np.float64]:
    """Ones, overlapping sets of 1% to 50% of the SNPs in runs, and a fifth continuous with either sign."""
    rng = np.random.default_rng(SEED + int(bed.stem))
    n_snps = open_panel(bed).n_variants
    runs = np.cumsum(rng.random(n_snps) < 0.05)
    share = rng.uniform(0.01, 0.5, count)
    values = (rng.random((int(runs[-1]) + 1, count)) < share)[runs].astype(np.float64)
    values[:, 0] = 1.0
    values[:, -(count // 5) :] = rng.normal(size=(n_snps, count // 5))
    return values


def _our_side(beds: Sequence[Path], annotations: Sequence[NDArray[np.float64]] | None) -> Side:
    calls = [
        Call(f"{__name__}.score_chromosome", {"bed": bed} | extra, ("ld_scores",))
        for bed, extra in zip(beds, _extras("annotations", annotations, len(beds)), strict=True)
    ]
    return Side(tuple(calls), warm_up=(calls[14],))


def _peer_side(beds: Sequence[Path], annotations: Sequence[NDArray[np.float64]] | None) -> Side:
    same = {"ld_wind_cm": WINDOW_CM, "chunk_size": CHUNK_SIZE, "yes_really": True}
    n_columns = 0 if annotations is None else annotations[0].shape[1]
    keep = tuple(f"ldscore.ANNOT{column}_L2" for column in range(n_columns)) or ("ldscore.L2",)
    calls = [
        Call("pyldsc.api.estimate_ldscore", {"bfile": bed.with_suffix(""), **same} | extra, keep)
        for bed, extra in zip(beds, _extras("annot", annotations, len(beds)), strict=True)
    ]
    return Side(tuple(calls), warm_up=(calls[14],), is_peer=True)


def _extras(name: str, annotations: Sequence[NDArray[np.float64]] | None, count: int) -> list[Mapping[str, Any]]:
    return [{}] * count if annotations is None else [{name: values} for values in annotations]


def _largest_difference(ours: Measured, peer: Measured) -> tuple[int, float]:
    """SNPs of our side, and the largest absolute difference of an LD score."""
    pairs = [
        (one["ld_scores"], np.stack(list(other.values()), axis=1))
        for one, other in zip(ours.values, peer.values, strict=True)
    ]
    return sum(len(one) for one, _ in pairs), float(max(np.abs(one - other).max() for one, other in pairs))
