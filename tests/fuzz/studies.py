"""Fuzzed formats that a manifest names: manifests, evidence tables of every format, reference files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

import polars as pl

from loaders.manifest import read_manifest
from loaders.prepare import prepare_study
from tests.fuzz.genotype_files import sound_bed
from tests.fuzz.sample import Loaded, Sample, count_after_header
from tests.loaders.reference.test_cpgs import CONTROLS, HEADER, PREAMBLE, ROWS
from tests.loaders.reference.test_genes import GTF
from tests.loaders.samples import FORMAT_SAMPLES, FormatSample

N_ROWS: Final = 24
MANIFEST: Final = "studies.toml"
_NUMBERED: Final = re.compile(r"\brs1\b|(?<=[:_|,\t ])(1000|64764|100153915)(?=[:_|,\t .])|\bcg1\b")


def iterate_studies() -> Iterator[Sample]:
    """Every format of a study of one file."""
    for name, sample in FORMAT_SAMPLES.items():
        suffix = ".vcf" if "vcf" in name else ".tsv.gz" if name in {"gtex", "regenie", "metal"} else ".tsv"
        keys = {"kind": sample.kind, **dict(sample.settings), "p_threshold": 1.0}
        if sample.build:
            keys["build"] = sample.build
        yield _sample(name, {f"data{suffix}": _many_rows(sample)}, keys)
    yield _sample("bios-eqtm", {"data.tsv": _eqtm()}, {"kind": "eqtm", "build": "GRCh37"})
    for name, file, kind, text, keys in _references():
        yield _sample(name, {file: text}, {"kind": kind, "build": "GRCh37", **keys})
    sets = {"mine.gmt": b"immune\tx\tENSG00000000001\tENSG00000000002\nother\tx\tENSG00000000002\n"}
    genes = b"gene\tchr\tstart\tend\nENSG00000000001\t1\t1000\t2000\nENSG00000000002\t2\t5000\t9000\n"
    yield _sample("gene-sets", {**sets, "genes.tsv": genes}, {"kind": "annotation", "build": "GRCh37"})
    lists = {"mine.GeneSet": b"ENSG00000000001\nENSG00000000002\n", "genes.tsv": genes}
    yield _sample("gene-list", lists, {"kind": "annotation", "build": "GRCh37"})
    bed = {name: data for name, data in sound_bed().items() if name != "data.fam"}
    panel = _sample("ld-panel", bed, {"kind": "ld_panel", "build": "GRCh37", "panel": "x", "path": "data.bed"})
    files = {**panel.files, "data.fam": sound_bed()["data.fam"]}
    yield Sample("ld-panel", files, ("data.bed", "data.bim", "data.fam"), panel.read, frozenset({"data.bed"}))
    yield Sample("manifest", _a_manifest(), (MANIFEST,), partial(read_study, "the manifest"))


def read_study(name: str, folder: Path) -> Loaded:
    """Read the manifest and prepare its studies; a refused one must leave nothing behind."""
    total = [0, 0, 0]
    problem = None
    for spec in read_manifest(folder / MANIFEST).studies:
        out = folder / f"out-{spec.id}"
        try:
            prepared = prepare_study(spec, reference_build=spec.build or "GRCh37", folder=out)
        except Exception:
            if out.exists():
                raise AssertionError(f"{name}: something was written though the study was refused") from None
            raise
        report = prepared.report
        total = [total[0] + report.read, total[1] + report.written, total[2] + report.n_skipped + report.n_refused]
        problem = problem or _bad_values(pl.read_parquet(prepared.table))
    return Loaded(total[0], total[1], total[2], problem)


_RANGES: Final = {
    "neg_log10_p": (0.0, 1e12), "standard_error": (0.0, 1e308), "effect_allele_frequency": (0.0, 1.0),
    "position_bp": (1, 3e8), "start_bp": (1, 3e8), "end_bp": (1, 3e8), "n_samples": (1, 2**62),
    "minor_allele_frequency": (0.0, 1.0), "ld_score": (-1e308, 1e308), "z_score": (-1e300, 1e300),
    "effect_size": (-1e308, 1e308),
}  # fmt: skip
_NEVER_EMPTY: Final = ("target", "cpg", "gene", "trait", "rsid", "effect_allele", "other_allele", "annotation_id")


def _bad_values(table: pl.DataFrame) -> str | None:
    """A value that must never be in a normalised table."""
    for name, (low, high) in _RANGES.items():
        if name in table.columns and table[name].dtype.is_numeric():
            values = table[name].drop_nulls().cast(pl.Float64)
            if not (values.is_finite() & (values >= low) & (values <= high)).all():
                return f"{name} holds {values.filter(~(values.is_finite() & (values >= low) & (values <= high)))[0]}"
    for name in _NEVER_EMPTY:
        if name in table.columns and table[name].dtype == pl.String:
            words = table[name].drop_nulls()
            if ((words.str.strip_chars() == "") | words.str.contains("[\u0000\n]")).any():
                return f"{name} holds an empty text or a control character"
    return None


def _sample(name: str, files: Mapping[str, bytes], keys: Mapping[str, Any]) -> Sample:
    lines = [f"{key} = {_toml(value)}" for key, value in keys.items()]
    if "path" not in keys:
        lines.append(
            f"paths = [{', '.join(repr(file) for file in files)}]"
            if len(files) > 1
            else f'path = "{next(iter(files))}"'
        )
    manifest = "\n".join(["[[study]]", 'id = "mine"', *lines]) + "\n"
    count = count_after_header if len(files) == 1 and name not in _COUNTED_OTHERWISE else None
    return Sample(name, {**files, MANIFEST: manifest.encode()}, tuple(files), partial(read_study, name), count=count)


_COUNTED_OTHERWISE: Final = {
    "gencode-gtf",
    "illumina-manifest",
    "annotation-bed",
    "plink-bim",
    "annot",
    "positions-vcf",
}


def _toml(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)


def _many_rows(sample: FormatSample) -> bytes:
    def numbered(at: int) -> str:
        def change(found: re.Match[str]) -> str:
            text = found.group()
            return f"{text[:2]}{at}" if text[:2] in {"rs", "cg"} else str(int(text) + at)

        return _NUMBERED.sub(change, sample.row)

    rows = [numbered(at) for at in range(1, N_ROWS + 1)]
    lines = sample.preamble() + [sample.separator.join(line.split("|")) for line in (sample.header, *rows)]
    return ("\n".join(lines) + "\n").encode()


def _eqtm() -> bytes:
    head = "PValue\tSNPName\tProbeName\tOverallZScore\tIncludedDatasetsCorrelationCoefficient\n"
    rows = (f"1.5E-9\tcg{at:08d}\tENSG{at:011d}\t-6.0{at}\t-0.3;-0.2\n" for at in range(1, N_ROWS))
    return (head + "".join(rows)).encode()


def _references() -> Iterator[tuple[str, str, str, bytes, dict[str, Any]]]:
    n = range(1, N_ROWS)
    yield "gencode-gtf", "genes.gtf", "genes", GTF.encode(), {}
    table = "gene\tsymbol\tchromosome\tstart\tend\tstrand\n" + "".join(
        f"ENSG{at:011d}\tS{at}\t{at % 22 + 1}\t{at * 100}\t{at * 100 + 50}\t+\n" for at in n
    )
    yield "gene-table", "genes.tsv", "genes", table.encode(), {}
    yield (
        "illumina-manifest",
        "cpgs.csv",
        "cpgs",
        (PREAMBLE + HEADER.format(enhancer="Enhancer") + ROWS + CONTROLS).encode(),
        {},
    )
    cpgs = "cpg\tchr\tpos\tstrand\n" + "".join(f"cg{at:08d}\t{at % 22 + 1}\t{at * 100}\t+\n" for at in n)
    yield "cpg-table", "cpgs.tsv", "cpgs", cpgs.encode(), {}
    traits = "id\tname\tdef\tis_a\tsynonym\n" + "".join(f'EFO:{at}\tT {at}\t"x" [y]\tEFO:1\ta|b\n' for at in n)
    yield "trait-terms", "terms.tsv", "traits", traits.encode(), {}
    bed = "".join(f"chr{at % 22 + 1}\t{at * 10}\t{at * 10 + 9}\tname{at % 3}\n" for at in n)
    yield (
        "annotation-bed",
        "states.bed",
        "annotation",
        ("track name=x\n#comment\n" + bed).encode(),
        {"name_from": "name"},
    )
    blocks = "chr\tstart\tstop\n" + "".join(f"chr1\t{at * 1000}\t{at * 1000 + 1000}\n" for at in n)
    yield "ld-blocks", "blocks.tsv", "ld_blocks", blocks.encode(), {}
    positions = "rsid\tchr\tpos\ta1\ta2\tl2\tmaf\n" + "".join(f"rs{at}\t1\t{at * 10}\tA\tG\t1.5\t0.2\n" for at in n)
    yield "positions", "places.tsv", "positions", positions.encode(), {}
    bim = "".join(f"1\trs{at}\t0\t{at * 10}\tA\tG\n" for at in n)
    yield "plink-bim", "places.bim", "positions", bim.encode(), {}
    vcf = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\n" + "".join(f"1\t{at * 10}\trs{at}\tA\tG\n" for at in n)
    yield "positions-vcf", "places.vcf", "positions", vcf.encode(), {}
    annot = "CHR\tBP\tSNP\tCM\tbase\tin\tscore\n" + "".join(
        f"1\t{at * 10}\trs{at}\t0\t1\t{at % 2}\t0.{at}\n" for at in n
    )
    yield "annot", "data.annot", "annotation", annot.encode(), {}


def _a_manifest() -> dict[str, bytes]:
    gwas, eqtl = _many_rows(FORMAT_SAMPLES["gwas-ssf"]), _many_rows(FORMAT_SAMPLES["eqtlgen"])
    text = """reference_build = "GRCh37"

[[study]]
id = "height"
kind = "gwas"
path = "gwas.tsv"
build = "GRCh37"
trait = "height"
p_threshold = 1e-5
cohorts = ["one", "two"]
n = 1000
keep = { chromosome = ["23"] }

[[study]]
id = "blood"
kind = "eqtl"
paths = ["eqtl.tsv"]
tissue = "blood"
columns = { rsid = "SNP", chromosome = "SNPChr", position_bp = "SNPPos", p_value = "Pvalue", gene = "Gene" }
build = "GRCh37"
"""
    return {MANIFEST: text.encode(), "gwas.tsv": gwas, "eqtl.tsv": eqtl}
