"""`locusgraph gwas --method ridge` as a service from a .bed, for people of whom no n by n matrix fits.

``python -m tests.benchmarks ridge [N_PEOPLE] [N_SNPS]``: 20,000 simulated people, 400 of them children of others,
50,000 SNPs on 22 chromosomes, one trait, five folds; one process, one thread, once. Wanted: at most 900 CPU seconds
and 8,192 MB. ``explained`` is the share of the variance that all chromosomes predict out of sample, ``lambda_gc``
that of the second step; the seconds of the steps are wall time.
"""

import dataclasses
import json
import sys
import tempfile
from pathlib import Path

from services.mixed_models import PeopleRequest, ScanRequest, scan_genotypes
from tests.benchmarks._relatives import write_relatives
from tests.benchmarks.peers import Call, Side, measure
from tests.benchmarks.peers.child import peak_mb

N_PEOPLE, N_SNPS = 20_000, 50_000
MOST_CPU_SECONDS, MOST_MB = 900.0, 8_192.0


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What the run says of itself, as columns that travel between processes."""

    explained: float
    lambda_gc: float
    strongest: float
    level1_heritability: float
    step_1_seconds: float
    step_2_seconds: float
    n_people: int
    n_tested: int
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
        "n_snps": n_snps,
        "threads": 1,
        "cpu_seconds": round(measured.cpu_seconds, 2),
        "wall_seconds": round(measured.wall_seconds, 2),
        **values,
    }
    print(json.dumps(found))
    return int(not (measured.cpu_seconds <= MOST_CPU_SECONDS and values["peak_mb"] <= MOST_MB))


def run(bed: str) -> Outcome:
    """The whole command from the files, its table written beside them."""
    genotypes = Path(bed)
    people = PeopleRequest(genotypes=genotypes, phenotypes=genotypes.with_suffix(".fam"), traits=("trait_1",))
    report = scan_genotypes(ScanRequest(people=people, method="ridge", out=genotypes.with_suffix(".ridge")))
    ridge = report.ridge
    if ridge is None or ridge.explained is None or ridge.level1_heritability is None:
        raise ValueError("the ridge says nothing of its first step")
    return Outcome(
        ridge.explained,
        report.lambda_gc["score"],
        report.hits[0].neg_log10_p,
        ridge.level1_heritability,
        ridge.step_1_seconds,
        ridge.step_2_seconds,
        report.n_people,
        report.n_tested,
        peak_mb(),
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
