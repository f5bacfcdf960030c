"""LD scores of 139,916 SNPs on 25 chromosomes, files to scores: ours beside ``pyldsc`` on the same SNP pairs.

``python -m tests.benchmarks ldscore``; each side is one process with one thread, best of three. Wanted: ratio >= 8.
"""

from tests.benchmarks._ld_chromosomes import run


def main(arguments: list[str]) -> int:
    """Print the figures as one JSON object; 1 when the sides disagree or the bar is missed."""
    del arguments
    return run(0, least_ratio=8.0)
