"""Throughput of the store through the product's own queries, on a managed server of its own.

``python -m tests.benchmarks store [N_EDGES]``: nodes and edges written a second (edges with all the
properties of an mQTL study, and narrow ones with a z and a p), edges exported a second.
Wanted on 2 cores: edges >= 15,000/s written, >= 60,000/s exported.
"""

import json
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from services.graph.opening import open_store
from services.graph.setup import prepare_database
from services.graph.store import Store
from services.ingest.facets import CPGS, SNPS, Facet
from services.ingest.graph_rows import FACTS_OF_KIND, PROPERTIES_OF_KIND
from services.settings import read_settings

N_SNPS, N_CPGS = 50_000, 20_000
DEFAULT_N_EDGES = 200_000
EXPORT_COLUMNS = ("molecule", "snps", "strengths")


def main(arguments: list[str]) -> int:
    """Print the figures as one JSON object."""
    n_edges = int(arguments[0]) if arguments else DEFAULT_N_EDGES
    with tempfile.TemporaryDirectory() as home:
        settings = read_settings(
            home=Path(home),
            jar_cache=read_settings().jar_cache_folder,
            neo4j_uri=None,
            server_stops_with_starter=True,
        )
        started = time.perf_counter()
        with open_store(settings, _say) as store:
            figures = {"start_seconds": time.perf_counter() - started, **measure(store, n_edges)}
    print(json.dumps({key: round(value, 3) for key, value in figures.items()}))
    return 0


def measure(store: Store, n_edges: int) -> dict[str, float]:
    """All figures, on an empty database."""
    prepare_database(store)
    figures = {"n_nodes": float(N_SNPS + N_CPGS), "n_edges": float(n_edges)}
    started = time.perf_counter()
    store.write_rows("ingest/write_snps", _nodes("snp", N_SNPS, SNPS), batch=10_000)
    store.write_rows("ingest/write_cpgs", _nodes("cg", N_CPGS, CPGS), batch=10_000)
    figures["nodes_written_per_second"] = (N_SNPS + N_CPGS) / (time.perf_counter() - started)
    for verb in ("create", "merge"):
        _say(0, 0, f"{verb} edges")
        started = time.perf_counter()
        store.write_rows(f"ingest/{verb}_mqtl", _edges(n_edges, verb), load_id=verb, study_id="benchmark")
        figures[f"edges_{verb}d_per_second"] = n_edges / (time.perf_counter() - started)
    started = time.perf_counter()
    store.write_rows("ingest/create_mqtl", _edges(n_edges, "narrow", n_properties=2), load_id="narrow", study_id="b")
    figures["narrow_edges_created_per_second"] = n_edges / (time.perf_counter() - started)
    started = time.perf_counter()
    columns = store.read_columns("export/mqtl_edges", EXPORT_COLUMNS, load_ids=["create", "merge"], neg_log10_p=0.0)
    n_exported = sum(map(len, columns["snps"]))
    figures["edges_exported_per_second"] = n_exported / (time.perf_counter() - started)
    assert n_exported == 2 * n_edges, (n_exported, n_edges)
    return figures


def _nodes(prefix: str, count: int, facet: Facet) -> Iterator[list[Any]]:
    for number in range(count):
        place = {"chromosome": str(number % 22 + 1), "position_bp": number * 997, "build": "GRCh37"}
        named = {facet.keys[0]: f"{prefix}{number}", **place}
        yield [named.get(name) for name in facet.schema]


def _edges(count: int, verb: str, *, n_properties: int | None = None) -> Iterator[list[Any]]:
    rng = np.random.default_rng(1)
    snps, cpgs = rng.integers(0, N_SNPS, count), rng.integers(0, N_CPGS, count)
    z_scores = rng.normal(0, 6, count)
    for number, (snp, cpg, z_score) in enumerate(zip(snps.tolist(), cpgs.tolist(), z_scores.tolist(), strict=True)):
        properties = {
            "z_score": z_score,
            "neg_log10_p": 5.0 + abs(z_score),
            "reported_variant": f"GRCh37:{number % 22 + 1}:{snp}:A:G",
            "effect_allele": "A",
            "other_allele": "G",
            "effect_size": z_score / 50,
            "standard_error": 0.02,
            "n_samples": 27750,
            "effect_allele_frequency": 0.31,
            "aligned_effect_size": z_score / 50,
            "cis_trans": "cis",
            "is_superseded": False,
            "model": "default",
        }
        kept = dict(list(properties.items())[:n_properties])
        ends = [f"{verb}|benchmark|cg{cpg}|snp{snp}|{number}", f"snp{snp}", f"cg{cpg}"]
        yield ends + [kept.get(name) for name in (*PROPERTIES_OF_KIND["mqtl"], *FACTS_OF_KIND["mqtl"])]


def _say(done: int, total: int, text: str) -> None:
    print(text if not total else f"{done}/{total} {text}", file=sys.stderr)
