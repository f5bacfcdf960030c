"""The first load at size: input files to a graph that readers see, on a managed server of its own.

``python -m tests.benchmarks bulk [N_EDGES]``: made-up mQTL (60 %), eQTL (30 %) and GWAS (10 %) files of N_EDGES rows
in all (10,000,000 unless said), each row an edge, with positions, genes, CpGs and LD blocks, so that nearest genes and
blocks are worked out too. Wanted on 2 cores: at least 200,000 edges a second of the import step; 10,000,000 edges from
end to end in 5 minutes and 4 GiB. CPU seconds stand beside the wall's, for the machine may be busy with other things.
"""

import json
import os
import resource
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import polars as pl
import psutil
from scipy.stats import norm

from loaders.manifest import read_manifest
from services.bulk import bulk_load
from services.settings import read_settings

DEFAULT_N_EDGES = 10_000_000
SNPS_PER_EDGE = 1 / 16
CHUNK_ROWS = 1_000_000
SHARES = {"mqtl": 0.6, "eqtl": 0.3, "gwas": 0.1}
EDGES_PER_TARGET = {"mqtl": 60, "eqtl": 300, "gwas": 20_000}
TARGET_COLUMN = {"mqtl": "cpg", "eqtl": "gene", "gwas": "trait"}
N_CHROMOSOMES, CHROMOSOME_BP = 22, 50_000_000
COLUMNS = (
    'columns = {{ rsid = "rsid", chromosome = "chr", position_bp = "pos", effect_allele = "ea", other_allele = "oa", '
    'effect_size = "beta", standard_error = "se", effect_allele_frequency = "eaf", p_value = "p", n_samples = "n", '
    '{target} = "target" }}'
)


def main(arguments: list[str]) -> int:
    """Print the figures as one JSON object."""
    n_edges = int(arguments[0]) if arguments else DEFAULT_N_EDGES
    with tempfile.TemporaryDirectory(prefix="locusgraph-bulk-") as name:
        folder, load_before = Path(name), os.getloadavg()
        started = time.perf_counter()
        n_rows, n_bytes = write_input(folder / "files", n_edges)
        _say(f"{n_rows:,} rows, {n_bytes / 1e9:.2f} GB of text in {time.perf_counter() - started:.0f} s")
        settings = read_settings(
            home=folder / "home",
            jar_cache=read_settings().jar_cache_folder,
            neo4j_uri=None,
            server_stops_with_starter=True,
        )
        manifest = read_manifest(folder / "files" / "studies.toml")
        cpu_before, children_before, started = _cpu(resource.RUSAGE_SELF), _cpu(resource.RUSAGE_CHILDREN), time.time()
        with peak_memory() as peak:
            report = bulk_load(settings, manifest, on_progress=_watch())
        figures = {
            "n_evidence_edges": sum(report.n_edges.get(kind, 0) for kind in ("MQTL", "EQTL", "ASSOCIATED_WITH")),
            "n_edges": sum(report.n_edges.values()),
            "n_nodes": sum(report.n_nodes.values()),
            "input_bytes": n_bytes,
            "seconds": round(time.time() - started, 1),
            "steps": {step: round(seconds, 1) for step, seconds in report.seconds.items()},
            "edges_per_second_of_import": round(report.edges_per_second),
            "cpu_seconds_of_python": round(_cpu(resource.RUSAGE_SELF) - cpu_before, 1),
            "cpu_seconds_of_importer": round(_cpu(resource.RUSAGE_CHILDREN) - children_before, 1),
            "peak_gib": round(peak[0] / 2**30, 2),
            "importer_files_bytes": report.files_bytes,
            "cores": os.cpu_count(),
            "load_average": [round(value, 1) for value in (*load_before, *os.getloadavg())],
        }
    print(json.dumps(figures))
    return 0


def write_input(folder: Path, n_edges: int) -> tuple[int, int]:
    """Write the manifest and its files; rows of evidence, and bytes in all."""
    folder.mkdir(parents=True)
    random = np.random.default_rng(20)
    snps = _make_snps(random, max(int(n_edges * SNPS_PER_EDGE), 1000))
    entries, n_rows = [_write_references(folder, snps, random, n_edges)], 0
    for kind, share in SHARES.items():
        n = int(n_edges * share)
        entries.append(_write_evidence(folder, kind, snps, random, n))
        n_rows += n
    (folder / "studies.toml").write_text("\n\n".join(['reference_build = "GRCh37"', *entries]) + "\n")
    return n_rows, sum(path.stat().st_size for path in folder.iterdir())


def _make_snps(random: np.random.Generator, n: int) -> pl.DataFrame:
    alleles = np.array([["A", "G"], ["C", "T"], ["A", "C"], ["G", "T"]])[random.integers(0, 4, n)]
    order = np.arange(n)
    step = N_CHROMOSOMES * CHROMOSOME_BP // n
    place = order * step + random.integers(1, step, n)
    return pl.DataFrame(
        {
            "rsid": pl.Series(order + 1).cast(pl.String),
            "chr": place // CHROMOSOME_BP + 1,
            "pos": place % CHROMOSOME_BP + 1,
            "ea": alleles[:, 0],
            "oa": alleles[:, 1],
            "eaf": random.uniform(0.05, 0.95, n).round(4),
        }
    ).with_columns(rsid="rs" + pl.col("rsid"))


def _targets(kind: str, n_edges: int) -> pl.Series:
    n = max(int(n_edges * SHARES[kind]) // EDGES_PER_TARGET[kind], 1)
    text = {"mqtl": "cg{:08d}", "eqtl": "ENSG{:011d}", "gwas": "T{:d}"}[kind]
    return pl.Series([text.format(i + 1) for i in range(n)])


def _write_references(folder: Path, snps: pl.DataFrame, random: np.random.Generator, n_edges: int) -> str:
    """Positions of the SNPs, genes, CpGs and LD blocks; their entries."""
    positions = snps.select("rsid", "chr", "pos", a1="ea", a2="oa")
    positions.write_csv(folder / "positions.tsv", separator="\t")
    for name, targets, column in (
        ("genes", _targets("eqtl", n_edges), "gene"),
        ("cpgs", _targets("mqtl", n_edges), "cpg"),
    ):
        n = len(targets)
        table = pl.DataFrame(
            {
                column: targets,
                "chr": random.integers(1, N_CHROMOSOMES + 1, n),
                "start": random.integers(1, CHROMOSOME_BP, n),
            }
        ).with_columns(end=pl.col("start") + (20_000 if name == "genes" else 0), strand=pl.lit("+"))
        table.write_csv(folder / f"{name}.tsv", separator="\t")
    starts = np.arange(0, CHROMOSOME_BP, 1_000_000)
    blocks = [f"chr{chromosome}\t{start}\t{start + 1_000_000}" for chromosome in range(1, 23) for start in starts]
    (folder / "blocks.bed").write_text("\n".join(blocks) + "\n")
    head = '[[study]]\nid = "{0}"\nkind = "{0}"\npath = "{0}.tsv"\nbuild = "GRCh37"\ncolumns = {{ {1} }}'
    place = 'chromosome = "chr"'
    return "\n\n".join(
        [
            head.format("positions", f'rsid = "rsid", {place}, position_bp = "pos", allele_1 = "a1", allele_2 = "a2"'),
            head.format("genes", f'gene = "gene", {place}, start_bp = "start", end_bp = "end", strand = "strand"'),
            head.format("cpgs", f'cpg = "cpg", {place}, position_bp = "start"'),
            '[[study]]\nid = "blocks"\nkind = "ld_blocks"\npath = "blocks.bed"\nbuild = "GRCh37"',
        ]
    )


def _write_evidence(folder: Path, kind: str, snps: pl.DataFrame, random: np.random.Generator, n: int) -> str:
    """Each target has SNPs one after another from a place of its own, so that no pair occurs twice; its entry."""
    targets, path = _targets(kind, int(n / SHARES[kind])), folder / f"{kind}.tsv"
    each = -(-n // len(targets))
    firsts = random.integers(0, snps.height, len(targets))
    with path.open("wb") as stream:
        for first in range(0, n, CHUNK_ROWS):
            row = np.arange(first, min(first + CHUNK_ROWS, n))
            target, turn = row // each, row % each
            snp = (firsts[target] + 7 * turn) % snps.height
            z = random.uniform(6.5, 30, len(row)) * random.choice([-1.0, 1.0], len(row))
            se = random.uniform(0.01, 0.05, len(row)).round(5)
            frame = snps[snp].with_columns(
                beta=pl.Series((z * se).round(6)),
                se=pl.Series(se),
                p=pl.Series(2 * norm.sf(np.abs(z))).round_sig_figs(6),
                n=pl.lit(25_000),
                target=targets[target],
            )
            frame.write_csv(stream, separator="\t", include_header=first == 0)
    columns = COLUMNS.format(target=TARGET_COLUMN[kind])
    keys = f'id = "benchmark-{kind}"\nkind = "{kind}"\npath = "{kind}.tsv"\nbuild = "GRCh37"\np_threshold = 1e-5'
    return f"[[study]]\n{keys}\n{columns}" + ('\nstatistics = "complete"' if kind == "gwas" else "")


@contextmanager
def peak_memory(tick_seconds: float = 0.5) -> Iterator[list[int]]:
    """Largest resident memory of this process, the server and the importer together, in bytes."""
    peak, is_over = [0], threading.Event()

    def watch() -> None:
        while not is_over.wait(tick_seconds):
            peak[0] = max(peak[0], _resident())

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield peak
    finally:
        is_over.set()
        thread.join()


def _resident() -> int:
    total = 0
    own = psutil.Process()
    for process in (own, *own.children(recursive=True)):
        try:
            total += process.memory_info().rss
        except psutil.Error:
            continue
    return total


def _cpu(whose: int) -> float:
    used = resource.getrusage(whose)
    return used.ru_utime + used.ru_stime


def _watch():  # type: ignore[no-untyped-def]
    seen: list[str] = []

    def show(_done: int, _total: int, text: str) -> None:
        if [text] != seen[-1:]:
            seen.append(text)
            _say(text)

    return show


def _say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')}  {text}", file=sys.stderr, flush=True)
