"""The report of a scan of one trait, from what a method found and the table of it."""

from __future__ import annotations

import dataclasses

import polars as pl

from models.association.null_model import NullModel
from services.mixed_models.people import AnalysedPeople
from services.mixed_models.reports import Hit, KinshipFacts, NullFacts, ScanReport
from services.mixed_models.scan_methods import TESTS, Tested
from services.mixed_models.scan_request import ScanRequest
from services.mixed_models.scan_table import GENOME_WIDE, choose_leads
from services.mixed_models.sexes import XSnps, sex_facts, sex_notes
from services.mixed_models.variants import ChosenVariants
from services.statistics.values import known

_HIT_COLUMNS = tuple(Hit.__dataclass_fields__)[:-1]


def make_report(
    request: ScanRequest,
    people: AnalysedPeople,
    variants: ChosenVariants,
    *,
    found: Tested,
    table: pl.DataFrame,
    kinship: KinshipFacts | None,
) -> ScanReport:
    """Counts, the model without a SNP, lambda GC and leads; files and seconds are not known yet."""
    judged_by = TESTS[request.method][0]
    n_dropped = {"without_chromosome": variants.n_without_chromosome, **found.n_dropped}
    significant = table.filter(pl.col(f"neg_log10_p_{judged_by}") > GENOME_WIDE)
    return ScanReport(
        **people.facts(request.people),
        n_people=people.n_people,
        n_chromosomes=variants.n_chromosomes,
        notes=(*people.notes, *found.notes),
        files=(),
        seconds=0.0,
        trait=request.people.traits[0],
        method=request.method,
        is_loco=request.is_loco,
        n_cases=found.n_cases,
        n_controls=found.n_controls,
        n_snps=people.dosages.n_variants,
        n_tested=table.height,
        n_dropped=n_dropped,
        n_refitted=found.n_refitted,
        kinship=kinship,
        null=None if found.null is None else null_facts(found.null),
        chromosome_pve={name: null.pve for name, null in found.nulls.items()},
        lambda_gc=found.lambda_gc,
        judged_by=judged_by,
        n_genome_wide=significant.height,
        hits=_hits(table, judged_by, request),
        ridge=found.ridge,
    )


def with_sexes(
    report: ScanReport, request: ScanRequest, people: AnalysedPeople, variants: ChosenVariants, x_snps: XSnps | None
) -> ScanReport:
    """The report with what became of X, and of what is on no autosome in a kinship made here."""
    notes = report.notes
    n_apart = int((~variants.is_autosomal).sum())
    if n_apart and report.kinship is not None and request.kinship is None:
        notes = (*notes, f"The kinship is that of the autosomes: {n_apart:,} SNPs of X, Y or MT did not enter it.")
    if x_snps is None:
        return dataclasses.replace(report, notes=notes)
    facts = sex_facts(x_snps, people, variants)
    return dataclasses.replace(report, sex=facts, notes=(*notes, *sex_notes(x_snps, facts)))


def _hits(table: pl.DataFrame, judged_by: str, request: ScanRequest) -> tuple[Hit, ...]:
    leads = choose_leads(table, judged_by, n_top=request.n_top, locus_bp=request.locus_bp)
    return tuple(Hit(*row) for row in leads.select(*_HIT_COLUMNS, f"neg_log10_p_{judged_by}").iter_rows())


def null_facts(null: NullModel) -> NullFacts:
    """The model without a SNP as it is reported."""
    return NullFacts(
        pve=null.pve,
        pve_se=known(null.pve_se),
        vg=null.vg,
        ve=null.ve,
        lambda_reml=null.lambda_reml,
        lambda_ml=null.lambda_ml,
        logl_reml=null.logl_reml,
        logl_ml=null.logl_ml,
        trace=null.trace,
        beta=tuple(map(float, null.beta)),
        beta_se=tuple(map(float, null.beta_se)),
        is_at_bound=null.is_at_bound,
    )
