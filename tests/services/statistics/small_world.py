"""A small world for tests of the statistics: a panel, two traits, two annotations, loaded by a manifest."""

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from bed_reader import to_bed
from numpy.typing import NDArray

from services.graph.store import Store
from services.ingest import ingest_manifest
from services.settings import Settings
from tests.conftest import Cypher
from tests.services.ingest.tiny import evidence, write_manifest, write_study

N_SNPS = 160
"""SNPs of each of the two chromosomes."""

N_PEOPLE, N_GWAS = 150, 900
STEP_BP = 20_000
CHROMOSOMES = (1, 2)


def position_of(snp: int) -> int:
    """Place of the SNP of this number on its chromosome."""
    return 1_000_000 + STEP_BP * snp


def rsid_of(chromosome: int, snp: int) -> str:
    """rsid of a SNP."""
    return f"rs{chromosome}{snp:05d}"


def key_of(chromosome: int, snp: int) -> str:
    """Key of a SNP's node."""
    return f"GRCh37:{chromosome}:{position_of(snp)}:A:G"


def draw_genotypes(n_people: int, seed: int, n_snps: int = N_SNPS) -> NDArray[np.int8]:
    """Genotypes with LD that fades along a chromosome (people, SNPs)."""
    generator = np.random.default_rng(seed)
    frequency = np.random.default_rng(99).uniform(0.15, 0.5, n_snps)
    haplotypes = []
    for _ in range(2):
        normal = generator.standard_normal((n_people, n_snps))
        for snp in range(1, n_snps):
            normal[:, snp] = 0.85 * normal[:, snp - 1] + np.sqrt(1 - 0.85**2) * normal[:, snp]
        limit = np.quantile(normal, 1 - frequency, axis=None)
        haplotypes.append(normal > limit[None, :])
    return np.asarray(haplotypes[0].astype(np.int8) + haplotypes[1].astype(np.int8))


def write_panel(folder: Path, *, name: str = "panel", seed: int = 1, missing: int = 0, **keys: object) -> str:
    """Write a panel's triple; its manifest entry."""
    folder.mkdir(parents=True, exist_ok=True)
    genotypes = np.concatenate([draw_genotypes(N_PEOPLE, 10 * seed + c) for c in CHROMOSOMES], axis=1).astype(float)
    if missing:
        hidden = np.random.default_rng(5).integers(0, genotypes.size, missing)
        genotypes.ravel()[hidden] = np.nan
    places = [(c, s) for c in CHROMOSOMES for s in range(N_SNPS)]
    properties = {
        "sid": [rsid_of(c, s) for c, s in places],
        "chromosome": [str(c) for c, _ in places],
        "cm_position": [position_of(s) / 1e6 for _, s in places],
        "bp_position": [position_of(s) for _, s in places],
        "allele_1": ["A"] * len(places),
        "allele_2": ["G"] * len(places),
        "fid": [f"f{i}" for i in range(N_PEOPLE)],
        "iid": [f"i{i}" for i in range(N_PEOPLE)],
    }
    to_bed(folder / f"{name}.bed", genotypes, properties=properties)
    lines = ["[[study]]", f'id = "{name}"', 'kind = "ld_panel"', f'path = "{name}.bed"', 'build = "GRCh37"']
    lines += [f"{key} = {json.dumps(value)}" for key, value in {"ancestry": "European", **keys}.items()]
    return "\n".join(lines)


def write_annotations(folder: Path, *, name: str = "marks") -> str:
    """Write two annotations as intervals; their manifest entry."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = []
    for chromosome in CHROMOSOMES:
        for first in range(0, N_SNPS, 20):
            start = position_of(first) - 1
            lines.append(f"chr{chromosome}\t{start}\t{start + 8 * STEP_BP}\tactive")
            lines.append(f"chr{chromosome}\t{start + 5 * STEP_BP}\t{start + 11 * STEP_BP}\tquiet")
    (folder / f"{name}.bed").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return "\n".join([
        "[[study]]", f'id = "{name}"', 'kind = "annotation"', f'path = "{name}.bed"', 'build = "GRCh37"',
        'name_from = "name"',
    ])  # fmt: skip


def gwas_rows(traits: Iterable[str], *, seed: int = 3, h2: float = 0.5) -> list[dict[str, Any]]:
    """Rows of a complete GWAS of some traits that share half of their effects."""
    parts = [draw_genotypes(N_GWAS, 100 * seed + c) for c in CHROMOSOMES]
    genotypes = np.concatenate(parts, axis=1).astype(float)
    scaled = (genotypes - genotypes.mean(axis=0)) / genotypes.std(axis=0)
    generator = np.random.default_rng(seed)
    shared = generator.standard_normal(scaled.shape[1])
    rows = []
    for trait in traits:
        own = generator.standard_normal(scaled.shape[1])
        effect = (shared + own) * np.sqrt(h2 / 2 / scaled.shape[1])
        value = scaled @ effect + generator.standard_normal(len(scaled)) * np.sqrt(1 - h2)
        z = scaled.T @ ((value - value.mean()) / value.std()) / np.sqrt(len(scaled))
        rows += _rows_of_trait(trait, z, genotypes.mean(axis=0) / 2)
    return rows


def _rows_of_trait(trait: str, z: NDArray[np.float64], frequency: NDArray[np.float64]) -> list[dict[str, Any]]:
    from scipy.stats import norm

    rows = []
    for number, score in enumerate(z):
        chromosome, snp = CHROMOSOMES[number // N_SNPS], number % N_SNPS
        se = 1.0 / np.sqrt(2 * N_GWAS * frequency[number] * (1 - frequency[number]))
        is_turned = number % 2 == 1
        alleles, effect = ("G/A", -score) if is_turned else ("A/G", score)
        share = 1 - frequency[number] if is_turned else frequency[number]
        row = evidence(rsid_of(chromosome, snp), f"{chromosome}:{position_of(snp)}", alleles, trait, n=N_GWAS)
        row |= {"beta": effect * se, "se": se, "eaf": share, "p": 2 * norm.sf(abs(score))}
        rows.append(row)
    return rows


def write_gwas(
    folder: Path, traits: Iterable[str] = ("T:1", "T:2"), *, name: str = "gwas", seed: int = 3, **keys: object
) -> str:
    """Write a complete GWAS; its manifest entry."""
    more = {"statistics": "complete", "p_threshold": 1.0, "ancestry": "European", **keys}
    return write_study(folder, name, "gwas", gwas_rows(traits, seed=seed), **more)


def load_world(store: Store, settings: Settings, folder: Path, *more: str) -> None:
    """Load panel, annotations and GWAS."""
    entries = [write_panel(folder), write_annotations(folder), write_gwas(folder), *more]
    ingest_manifest(store, settings, write_manifest(folder, *entries))


def before_each_write(monkeypatch: pytest.MonkeyPatch, call: Callable[[int], None]) -> None:
    """Call `call` with the number of the write, from 0, before each batch or transaction that goes to the store."""
    counter = [0]

    def announced(original: Callable[..., Any]) -> Callable[..., Any]:
        def announce(*values: Any, **keys: Any) -> Any:
            number = counter[0]
            counter[0] += 1
            call(number)
            return original(*values, **keys)

        return announce

    for name in ("write", "write_rows", "transaction"):
        monkeypatch.setattr(Store, name, announced(getattr(Store, name)))


def seen_by_readers(cypher: Cypher) -> dict[str, Any]:
    """What the current release shows of all statistics, read as readers read."""
    snps = cypher(
        "MATCH (r:Release) WHERE r.is_current WITH r.run_ids AS run_ids MATCH (s:SNP) "
        "RETURN s.key AS key, CASE WHEN s.staged_ld_score_run_id IN run_ids THEN s.staged_ld_score "
        "WHEN s.ld_score_run_id IN run_ids THEN s.ld_score END AS ld_score, "
        "[i IN range(0, size(coalesce(s.expected_heritability_run_ids, [])) - 1) "
        "WHERE s.expected_heritability_run_ids[i] IN run_ids | s.expected_heritability[i]] AS expected ORDER BY key"
    )
    edges = cypher(
        "MATCH (r:Release) WHERE r.is_current WITH r.run_ids AS run_ids "
        "MATCH ()-[e:IN_LD_WITH|ENRICHED_IN|GENETIC_CORRELATION]->() WHERE e.run_id IN run_ids "
        "RETURN e.edge_key AS key ORDER BY key"
    )
    traits = cypher("MATCH (t:Trait) RETURN t.trait_id AS id, t.h2 AS h2, t.heritability_run_id AS run ORDER BY id")
    runs = cypher("MATCH (r:Release) WHERE r.is_current RETURN r.run_ids AS run_ids")
    return {"snps": snps, "edges": edges, "traits": traits, "runs": runs}


def statistics_of(cypher: Cypher) -> dict[str, Any]:
    """Everything that statistics wrote to the graph, in a canonical order."""
    snps = cypher(
        "MATCH (s:SNP) RETURN s.key AS key, s.ld_score AS l2, s.ld_score_run_id AS run, s.staged_ld_score AS staged, "
        "s.staged_ld_score_run_id AS staged_run, s.expected_heritability AS expected, "
        "s.expected_heritability_run_ids AS runs ORDER BY key"
    )
    traits = cypher("MATCH (t:Trait) RETURN t.trait_id AS id, properties(t) AS properties ORDER BY id")
    edges = cypher(
        "MATCH (a)-[e:IN_LD_WITH|ENRICHED_IN|GENETIC_CORRELATION]->(b) "
        "RETURN type(e) AS type, properties(e) AS properties ORDER BY e.edge_key"
    )
    runs = cypher("MATCH (r:ModelRun) RETURN r.run_id AS id, r.model AS model, r.scope AS scope, r.status AS status "
                  "ORDER BY id")  # fmt: skip
    release = cypher("MATCH (r:Release) WHERE r.is_current RETURN r.run_ids AS run_ids")
    return {"snps": snps, "traits": traits, "edges": edges, "runs": runs, "release": release}


def counts_of(cypher: Cypher) -> Mapping[str, int]:
    """Edges of each kind that statistics write."""
    rows = cypher("MATCH ()-[e:IN_LD_WITH|ENRICHED_IN|GENETIC_CORRELATION]->() RETURN type(e) AS type, count(e) AS n")
    return {row["type"]: row["n"] for row in rows}
