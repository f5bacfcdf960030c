"""Partitioned LD scores of the chromosomes of ``ldscore`` with 50 annotations: ours beside ``pyldsc``.

``python -m tests.benchmarks ldscore_partitioned``; each side is one process with one thread, best of three.
Wanted: ratio >= 10, peak_mb <= 700.
"""

from tests.benchmarks._ld_chromosomes import run


def main(arguments: list[str]) -> int:
    """Print the figures as one JSON object; 1 when the sides disagree or a bar is missed."""
    del arguments
    return run(50, least_ratio=10.0, largest_peak_mb=700.0)
