"""The whole-genome ridge and its second step from a .bed, for people of whom no n by n matrix fits.

``python -m tests.benchmarks ridge [N_PEOPLE] [N_SNPS]``: 20,000 simulated people, 400 of them children of others,
50,000 SNPs on 22 chromosomes, one trait, five folds; one process, one thread, once. Wanted: at most 900 CPU seconds
and 8,192 MB. ``whole_r2`` is the squared correlation of the out-of-sample prediction from all chromosomes with the
trait; ``median_chi2`` that of the second step over its null value.
"""

import dataclasses
import json
import resource
import sys
import tempfile
from pathlib import Path

import numpy as np

from loaders.dosages import open_bed_dosages
from loaders.phenotypes import read_fam_traits
from loaders.sample_matching import match_samples
from models.association.chromosome_ranges import chromosome_ranges
from models.association.regenie_step2 import scan_quantitative
from models.association.ridge import fit_ridge
from tests.benchmarks._relatives import write_relatives
from tests.benchmarks.peers import Call, Side, measure
from tests.benchmarks.peers.child import peak_mb

N_PEOPLE, N_SNPS = 20_000, 50_000
MOST_CPU_SECONDS, MOST_MB = 900.0, 8_192.0
MEDIAN_CHI2 = 0.454936


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What the run says of itself, as columns that travel between processes."""

    whole_r2: float
    median_chi2: float
    strongest: float
    level1_heritability: float
    step1_cpu_seconds: float
    n_matched: int
    peak_mb: float


def main(arguments: list[str]) -> int:
    """Print the figures as one JSON object; 1 where a bar is missed."""
    n_people, n_snps = (int(given) for given in (arguments + [str(N_PEOPLE), str(N_SNPS)][len(arguments) :])[:2])
    with tempfile.TemporaryDirectory() as name:
        people = write_relatives(Path(name), n_people, n_snps)
        keep = tuple(field.name for field in dataclasses.fields(Outcome))
        measured = measure(Side((Call("tests.benchmarks.ridge.run", {"bed": people.bed}, keep),)))
    values = {name: round(float(value), 4) for name, value in measured.values[0].items()}
    found = {
        "n_people": n_people,
        "n_snps": n_snps,
        "threads": 1,
        "cpu_seconds": round(measured.cpu_seconds, 2),
        "wall_seconds": round(measured.wall_seconds, 2),
        **values,
    }
    print(json.dumps(found))
    return int(not (measured.cpu_seconds <= MOST_CPU_SECONDS and values["peak_mb"] <= MOST_MB))


def run(bed: str) -> Outcome:
    """Both steps from the files."""
    genotypes = open_bed_dosages(Path(bed))
    match = match_samples(genotypes.people, read_fam_traits(Path(bed).with_suffix(".fam")))
    read_block = genotypes.block_reader(match.index)
    ranges = chromosome_ranges(genotypes.variants["chromosome"].to_list())
    start = _cpu_seconds()
    fit = fit_ridge(read_block, ranges, match.traits)
    between = _cpu_seconds()
    (scan,) = scan_quantitative(read_block, ranges, match.traits, predictions=fit.predictions)
    return Outcome(
        float(np.corrcoef(fit.whole[0], match.traits[:, 0])[0, 1] ** 2),
        float(np.nanmedian(scan.z**2) / MEDIAN_CHI2),
        float(np.nanmax(scan.neg_log10_p)),
        float(fit.level1_heritability[0]),
        between - start,
        match.counts.n_matched,
        peak_mb(),
    )


def _cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
