"""Runs one benchmark by its name: ``python -m tests.benchmarks NAME [OPTIONS]``; its last line is one JSON object."""

import sys
from importlib import import_module
from pathlib import Path


def benchmark_names() -> list[str]:
    """Names of the benchmarks in this folder, sorted."""
    return sorted(path.stem for path in Path(__file__).parent.glob("*.py") if not path.stem.startswith("_"))


def main(arguments: list[str]) -> int:
    """Run the benchmark named first, with the other arguments; the exit code."""
    if not arguments or arguments[0] not in benchmark_names():
        print(f"usage: python -m tests.benchmarks NAME, NAME one of {', '.join(benchmark_names())}", file=sys.stderr)
        return 2
    benchmark = import_module(f"tests.benchmarks.{arguments[0]}")
    return int(benchmark.main(arguments[1:]) or 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
