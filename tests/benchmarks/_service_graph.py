"""A large graph with the product's own labels and properties, made of random numbers and imported into a new server.

SNPs lie along 22 chromosomes; nine of ten QTL are of SNPs near the molecule, the rest anywhere; how many a molecule has
is skewed (log-normal). Traits have clumped hits. Every SNP lies in a 2-Mb LD block. Nothing in it is real.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from scipy import stats

from graph_schema import SCHEMA_VERSION
from graph_schema.constraints import constraint_statements
from services.graph import local_server, server_files
from services.graph.opening import open_store
from services.releases import switch_release
from services.settings import Settings

MEGABASES = (249, 243, 198, 191, 181, 171, 159, 146, 141, 135, 135, 133, 115, 107, 102, 90, 81, 78, 59, 63, 48, 51)
BLOCK_BP = 2_000_000
CHUNK = 1_000_000
SEEN_SNPS = "snps_with_edges.npy"
LOADS = ("bench-mqtl-1", "bench-eqtl-1", "bench-gwas-1", "bench-blocks-1")


@dataclass(frozen=True)
class Size:
    """How large the graph is."""

    n_edges: int

    @property
    def n_snps(self) -> int:
        return max(2_000, self.n_edges // 10)

    @property
    def n_cpgs(self) -> int:
        return max(500, self.n_edges // 50)

    @property
    def n_genes(self) -> int:
        return max(200, self.n_edges // 500)

    @property
    def n_traits(self) -> int:
        return 200

    @property
    def n_hits(self) -> int:
        """Associations of one trait."""
        return 100

    @property
    def n_eqtl(self) -> int:
        return self.n_edges // 8

    @property
    def n_mqtl(self) -> int:
        return self.n_edges - self.n_eqtl - self.n_traits * self.n_hits - self.n_snps


@dataclass(frozen=True)
class Places:
    """Where SNPs lie, sorted."""

    chromosome: np.ndarray
    position: np.ndarray

    @property
    def keys(self) -> pl.Series:
        frame = pl.DataFrame({"c": self.chromosome, "p": self.position})
        return frame.select(pl.format("GRCh37:{}:{}:A:G", "c", "p")).to_series()


def build(settings: Settings, size: Size) -> dict[str, float]:
    """Make files, import them into the settings' managed server, make indexes and a release; seconds of each step."""
    seconds, folder = dict[str, float](), settings.home / "importer"
    folder.mkdir(parents=True, exist_ok=True)
    clock = time.perf_counter()

    def lap(name: str) -> None:
        nonlocal clock
        now = time.perf_counter()
        seconds[name], clock = now - clock, now
        print(f"{name}: {seconds[name]:.1f} s", file=sys.stderr, flush=True)

    with open_store(settings):
        lap("first start")
    local_server.stop(settings)
    words = write_files(folder, size, np.random.default_rng(1))
    lap("write files")
    import_files(settings, words)
    lap("import")
    for path in folder.iterdir():
        path.unlink()
    with open_store(settings) as store:
        lap("start")
        store.apply_schema(statement.cypher for statement in constraint_statements())
        store.write("setup/create_schema_version", version=SCHEMA_VERSION, reference_build="GRCh37")
        switch_release(store, "benchmark", add_load_ids=LOADS)
        lap("constraints and indexes")
    return seconds


def import_files(settings: Settings, words: list[str]) -> None:
    """Run Neo4j's importer on the stopped server's database."""
    folder = settings.graph_folder
    java, *rest = server_files.admin_command(
        folder, "database", "import", "full", "neo4j", "--overwrite-destination=true", "--id-type=integer",
        "--array-delimiter=;", "--max-off-heap-memory=1500m", *words,
        f"--report-file={settings.home / 'import.report'}",
    )  # fmt: skip
    done = subprocess.run(
        [java, "-Xmx1g", *rest], env=server_files.admin_environment(folder), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


def write_files(folder: Path, size: Size, rng: np.random.Generator) -> list[str]:
    """Files of all nodes and edges; the importer's words for them."""
    places = lay_snps(size.n_snps, rng)
    first = dict(zip(("SNP", "CpG", "Gene", "Trait", "LDBlock", "Study"), np.cumsum([
        0, size.n_snps, size.n_cpgs, size.n_genes, size.n_traits, 22 * 200,
    ]).tolist(), strict=True))  # fmt: skip
    words = list(write_nodes(folder, size, places, first, rng))
    words += write_qtl(folder, "MQTL", places, (size.n_mqtl, size.n_cpgs, first["CpG"], "bench-mqtl"), rng)
    words += write_qtl(folder, "EQTL", places, (size.n_eqtl, size.n_genes, first["Gene"], "bench-eqtl"), rng)
    return [*words, *write_hits(folder, size, first["Trait"], rng), *write_blocks(folder, places, first["LDBlock"])]


def lay_snps(n_snps: int, rng: np.random.Generator) -> Places:
    """SNPs at different places of 22 chromosomes, by their lengths."""
    share = np.array(MEGABASES) / sum(MEGABASES)
    counts = np.diff(np.floor(np.concatenate([[0], np.cumsum(share)]) * n_snps)).astype(int)
    counts[-1] += n_snps - counts.sum()
    positions = []
    for count, length in zip(counts, MEGABASES, strict=True):
        steps = rng.integers(1, max(2, 2 * length * 1_000_000 // max(1, count)), count)
        positions.append(np.cumsum(steps) % (length * 1_000_000) + 1)
    position = np.concatenate([np.unique(each)[: len(each)] if len(np.unique(each)) == len(each)
                               else np.sort(each) + np.arange(len(each)) for each in positions])  # fmt: skip
    return Places(np.repeat(np.arange(1, 23), counts), position)


def write_nodes(
    folder: Path, size: Size, places: Places, first: dict[str, int], rng: np.random.Generator
) -> Iterator[str]:
    """Files of nodes."""
    numbers = np.arange(size.n_snps)
    yield _write(folder, "SNP", True, pl.DataFrame({
        ":ID": numbers, "key": places.keys, "rsids:string[]": pl.Series(numbers + 1).cast(pl.String).map_elements(
            lambda n: f"rs{n}", return_dtype=pl.String),
        "chromosome": pl.Series(places.chromosome).cast(pl.String), "position_bp:long": places.position,
        "build": "GRCh37", "allele_1": "A", "allele_2": "G",
        "minor_allele_frequency:double": rng.uniform(0.01, 0.5, size.n_snps).round(4),
    }))  # fmt: skip
    for label, key, prefix, count in (("CpG", "cpg_id", "cg", size.n_cpgs), ("Gene", "gene_id", "ENSG", size.n_genes)):
        at = np.linspace(0, size.n_snps - 1, count).astype(int)
        numbered = pl.Series(np.arange(count)).cast(pl.String).str.zfill(8 if label == "CpG" else 11)
        symbol = {"symbol": pl.Series([f"GENE{n}" for n in range(count)])} if label == "Gene" else {}
        yield _write(folder, label, True, pl.DataFrame({
            ":ID": np.arange(count) + first[label], key: prefix + numbered, **symbol,
            "chromosome": pl.Series(places.chromosome[at]).cast(pl.String),
            f"{'position' if label == 'CpG' else 'start'}_bp:long": places.position[at], "build": "GRCh37",
        }))  # fmt: skip
    names = [f"benchmark trait {n}" for n in range(size.n_traits)]
    yield _write(folder, "Trait", True, pl.DataFrame({
        ":ID": np.arange(size.n_traits) + first["Trait"], "trait_id": [f"BENCH:{n}" for n in range(size.n_traits)],
        "name": names, "names:string[]": names,
    }))  # fmt: skip
    chromosome, window = np.divmod(np.arange(22 * 200), 200)
    yield _write(
        folder,
        "LDBlock",
        True,
        pl.DataFrame(
            {
                ":ID": np.arange(22 * 200) + first["LDBlock"],
                "start_bp:long": window * BLOCK_BP + 1,
                "end_bp:long": (window + 1) * BLOCK_BP,
                "chromosome": pl.Series(chromosome + 1).cast(pl.String),
                "build": "GRCh37",
                "is_pseudo:boolean": True,
                "load_id": "bench-blocks-1",
                "study_id": "bench-blocks",
            }
        ).with_columns(pl.format("GRCh37:{}:{}-{}", "chromosome", "start_bp:long", "end_bp:long").alias("block_id")),
    )
    kinds = ("mqtl", "eqtl", "gwas", "blocks")
    yield _write(folder, "Study", True, pl.DataFrame({
        ":ID": np.arange(4) + first["Study"], "study_id": [f"bench-{kind}" for kind in kinds], "kind": kinds,
        "active_load_id": list(LOADS), "statistics": "truncated", "build": "GRCh37", "n_samples:long": 30_000,
        "p_threshold:double": 5e-8,
    }))  # fmt: skip


def write_qtl(
    folder: Path, kind: str, places: Places, numbers: tuple[int, int, int, str], rng: np.random.Generator
) -> Iterator[str]:
    """Files of QTL, a million edges each: of (edges, molecules, number of the first molecule, study)."""
    n_edges, n_molecules, first, study = numbers
    weight = rng.lognormal(0, 1.2, n_molecules)
    ends = np.cumsum(weight) / weight.sum()
    anchor = np.linspace(0, len(places.position) - 1, n_molecules).astype(int)
    for begin in range(0, n_edges, CHUNK):
        count = min(CHUNK, n_edges - begin)
        molecule = np.minimum(np.searchsorted(ends, rng.random(count)), n_molecules - 1)
        near = np.clip(anchor[molecule] + rng.normal(0, 60, count).astype(int), 0, len(places.position) - 1)
        is_cis = rng.random(count) < 0.9
        snp = np.where(is_cis, near, rng.integers(0, len(places.position), count))
        if kind == "MQTL" and not begin:
            np.save(folder.parent / SEEN_SNPS, snp[:20_000])
        yield _write(folder, kind, False, pl.DataFrame({
            ":START_ID": snp, ":END_ID": molecule + first, "cis_trans": np.where(is_cis, "cis", "trans"),
            **_evidence(f"{kind.lower()}", begin, count, study, rng),
        }), part=begin // CHUNK)  # fmt: skip


def write_hits(folder: Path, size: Size, first: int, rng: np.random.Generator) -> Iterator[str]:
    """The file of GWAS hits: of each trait some loci, several neighbouring SNPs a locus."""
    n_loci = size.n_hits // 5
    lead = rng.integers(0, size.n_snps - 10, (size.n_traits, n_loci))
    snp = (lead[:, :, None] + np.arange(5)).reshape(-1)
    trait = np.repeat(np.arange(size.n_traits), n_loci * 5)
    yield _write(folder, "ASSOCIATED_WITH", False, pl.DataFrame({
        ":START_ID": snp, ":END_ID": trait + first, **_evidence("gwas", 0, len(snp), "bench-gwas", rng),
    }))  # fmt: skip


def write_blocks(folder: Path, places: Places, first: int) -> Iterator[str]:
    """The file that says in which block each SNP lies."""
    block = (places.chromosome - 1) * 200 + (places.position - 1) // BLOCK_BP + first
    yield _write(folder, "IN_LD_BLOCK", False, pl.DataFrame({
        ":START_ID": np.arange(len(block)), ":END_ID": block, "load_id": "bench-blocks-1", "study_id": "bench-blocks",
    }))  # fmt: skip


def _evidence(prefix: str, begin: int, count: int, study: str, rng: np.random.Generator) -> dict[str, object]:
    z_score = (5.5 + rng.exponential(2.0, count)) * rng.choice([-1.0, 1.0], count)
    number = pl.Series(np.arange(begin, begin + count)).cast(pl.String)
    return {
        "edge_key": prefix + number, "reported_variant": number, "load_id": f"{study}-1", "study_id": study,
        "model": "default", "effect_allele": "A", "other_allele": "G", "z_score:double": z_score.round(4),
        "effect_size:double": (z_score / 100).round(6), "standard_error:double": 0.01,
        "aligned_z_score:double": z_score.round(4),
        "neg_log10_p:double": (-(np.log(2) + stats.norm.logsf(np.abs(z_score))) / np.log(10)).round(4),
        "n_samples:int": 30_000, "is_superseded:boolean": False, "knowledge_level": "statistical_association",
    }  # fmt: skip


def _write(folder: Path, name: str, is_nodes: bool, frame: pl.DataFrame, part: int = 0) -> str:
    path = folder / f"{name}-{part}.csv"
    frame.write_csv(path)
    return f"--{'nodes' if is_nodes else 'relationships'}={name}={path}"
