"""The manifest of the simulated study, in the form that anybody writes for files of their own."""

from loaders.simulation.cohort import cohort_entries
from loaders.simulation.effects import TraitPlan
from loaders.simulation.gwas_files import accession, case_share, trait_code, trait_name
from loaders.simulation.truth import DemoSize

MANIFEST_NAME = "studies.toml"
_CITATION = "simulated by loaders.simulation; no person's data"

_HEAD = """# A simulated study with known truth (truth.json) in the published formats, made from seed {seed}.
reference_build = "GRCh37"
"""
_POSITIONS = {"kind": "positions", "path": "demo.bim", "format": "plink-bim", "build": "GRCh37"}
_PANEL = {"kind": "ld_panel", "path": "demo.bed", "build": "GRCh37", "ancestry": "European"}
_GENES = {"kind": "genes", "path": "demo.gencode.gtf.gz", "format": "gencode-gtf", "build": "GRCh37"}
_CPGS = {
    "kind": "cpgs",
    "path": "HumanMethylation450_demo.csv",
    "format": "illumina-manifest",
    "build": "GRCh37",
    "array": "HumanMethylation450",
    "only_if_used": True,
}
_LD_BLOCKS = {"kind": "ld_blocks", "path": "ld_blocks.bed", "build": "GRCh37", "ancestry": "European"}
_CHROMATIN = {
    "kind": "annotation",
    "path": "chromatin_states.bed.gz",
    "build": "GRCh37",
    "tissue": "whole blood",
    "name_from": "name",
}
_CONSERVED = {"kind": "annotation", "path": "conserved_elements.bed.gz", "build": "GRCh37"}
_MQTL = {
    "kind": "mqtl",
    "path": "assoc_meta_all.csv.gz",
    "format": "godmc",
    "build": "GRCh37",
    "tissue": "whole blood",
    "ancestry": "European",
    "p_threshold": 1e-8,
}
_EQTL = {
    "kind": "eqtl",
    "path": "eqtlgen_demo.txt.gz",
    "format": "eqtlgen",
    "build": "GRCh37",
    "tissue": "whole blood",
    "ancestry": "European",
    "p_threshold": 5e-8,
}
_EQTM = {
    "kind": "eqtm",
    "path": "cis_eqtm.txt.gz",
    "tissue": "whole blood",
    "columns": {
        "cpg": "SNPName",
        "gene": "ProbeName",
        "abs_z_score": "OverallZScore",
        "sign_from": "IncludedDatasetsCorrelationCoefficient",
        "p_value": "PValue",
    },
}


def gwas_study_id(trait: int) -> str:
    """Name the study of a trait's GWAS."""
    return f"demo-gwas-{trait + 1}"


def gwas_file_name(trait: int) -> str:
    """Name the GWAS-SSF file of a trait."""
    return f"{accession(trait)}.tsv.gz"


def render_manifest(seed: int, size: DemoSize, traits: tuple[TraitPlan, ...]) -> str:
    """Render studies.toml.

    Parameters
    ----------
    seed, size
        What the study was made from; without a panel there is no ld_panel entry.
    traits
        The traits, for the numbers of people.

    Returns
    -------
    str
        TOML in the form of the project's own manifest of real inputs.
    """
    entries: list[tuple[str, dict[str, object]]] = [("demo-positions", {**_POSITIONS})]
    if size.n_panel_people:
        entries.append(("demo-ld-panel", {**_PANEL}))
    entries += [
        ("demo-genes", {**_GENES}),
        ("demo-cpgs", {**_CPGS}),
        ("demo-ld-blocks", {**_LD_BLOCKS}),
        ("demo-chromatin", {**_CHROMATIN}),
        ("demo-conserved", {**_CONSERVED}),
        ("demo-mqtl", {**_MQTL}),
        ("demo-eqtl", {**_EQTL}),
        ("demo-eqtm", {**_EQTM}),
    ]
    entries += [(gwas_study_id(trait), _gwas_entry(trait, plan, size)) for trait, plan in enumerate(traits)]
    entries += cohort_entries(size.cohort)
    return _HEAD.format(seed=seed) + "".join(_render_entry(name, entry) for name, entry in entries)


def _gwas_entry(trait: int, plan: TraitPlan, size: DemoSize) -> dict[str, object]:
    entry: dict[str, object] = {
        "kind": "gwas",
        "path": gwas_file_name(trait),
        "format": "gwas-ssf",
        "statistics": "complete",
        "trait": trait_code(trait, size.n_traits),
        "trait_name": trait_name(trait, size.n_traits),
        "build": "GRCh37",
        "ancestry": "European",
        "p_threshold": 5e-8,
    }
    share = case_share(trait)
    if share is not None:
        n_cases = round(plan.n_samples * share)
        entry |= {"n_cases": n_cases, "n_controls": plan.n_samples - n_cases}
    return entry


def _render_entry(study_id: str, entry: dict[str, object]) -> str:
    lines = [f"\n[[study]]\nid = {_render_value(study_id)}"]
    lines += [f"{key} = {_render_value(value)}" for key, value in entry.items()]
    return "\n".join([*lines, f"citation = {_render_value(_CITATION)}", 'licence = "CC0"']) + "\n"


def _render_value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_render_value(part)}" for key, part in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_render_value(part) for part in value) + "]"
    if isinstance(value, int | float):
        return repr(value)
    return f'"{value}"'
