"""A map of molecular traits from files: people matched, SNPs near and far tested, genes judged, tables written."""

from __future__ import annotations

import dataclasses
import logging
import math
from pathlib import Path

import numpy as np
import polars as pl

from models.association.qtl_gene_tests import GeneTests, gene_tests
from models.association.qtl_options import KeptPairs, PairPlaces, QtlOptions
from models.association.qtl_pairs import PairMap
from models.association.qtl_permutations import permute_leads
from models.association.qtl_scan import map_cis, map_trans
from models.association.qtl_traits import Traits, prepare_traits
from models.association.scan_filters import ScanFilters
from models.association.spectral import Spectrum, decompose
from models.genotype_blocks import BlockReader
from models.kinship import Kinship, KinshipOptions
from services.mixed_models.errors import MatchError
from services.mixed_models.kinships import compute_kinships, kinship_files, read_kinships
from services.mixed_models.qtl_files import write_qtl
from services.mixed_models.qtl_inputs import QtlInputs, read_qtl_inputs
from services.mixed_models.qtl_reports import QtlReport
from services.mixed_models.qtl_requests import QtlRequest
from services.mixed_models.qtl_summary import make_report
from services.mixed_models.qtl_tables import Mapped, make_gene_table, make_pair_table, mark_significant
from services.mixed_models.qtl_variants import count_people, read_snp_facts, sorted_variants
from services.mixed_models.reports import KinshipFacts
from services.mixed_models.run_files import SAID_ELSEWHERE, check_out, describe_run, people_files
from services.mixed_models.variants import ChosenVariants, OnProgress, watched
from services.statistics.commands import Stopwatch, no_progress

_LOG = logging.getLogger(__name__)
_UNJUDGED = pl.lit(None, pl.Boolean)


def map_qtl(request: QtlRequest, *, on_progress: OnProgress = no_progress) -> QtlReport:
    """Test SNPs near molecular traits, or all others, and judge each trait by its strongest SNP.

    Parameters
    ----------
    request
        Files and choices.
    on_progress
        Called with SNPs or traits done, how many in all, and what is done.

    Returns
    -------
    QtlReport
        Counts and the strongest traits; the tables are in the files it names.

    Raises
    ------
    MixedModelError, LoadError, AssociationError, KinshipError
        When files are broken, share nobody, or cannot be analysed; nothing is written.
    """
    watch = Stopwatch()
    check_out(request.out)
    inputs = read_qtl_inputs(request)
    variants, n_unplaced = sorted_variants(inputs.people)
    if not variants.n_snps:
        raise MatchError(
            "there must be SNPs with a place to test",
            seen=f"none of {inputs.people.dosages.n_variants:,}",
            where=request.people.genotypes,
            remedy="check its table of variants",
        )
    spectrum, kinship, inputs = _spectrum(request, inputs, variants, on_progress)
    mapped, traits = _map(request, inputs, variants, spectrum, on_progress)
    genes = make_gene_table(mapped, fdr=request.fdr)
    pairs = _pair_table(request, mapped, genes)
    _LOG.info("map of %d traits: %d people, %d pairs", len(mapped.n_people), inputs.people.n_people, pairs.height)
    report = make_report(request, mapped, (pairs, genes), traits=traits, kinship=kinship, n_unplaced=n_unplaced)
    files: tuple[str, ...] = ()
    if request.out is not None:
        results = report.to_dict()
        for name in SAID_ELSEWHERE:
            results.pop(name)
        described = describe_run(request, _inputs(request), results)
        files = tuple(map(str, write_qtl(request.out, pairs, genes, described)))
    return dataclasses.replace(report, files=files, seconds=watch.seconds)


def _inputs(request: QtlRequest) -> tuple[Path, ...]:
    """Every file that is read."""
    more = () if request.genes is None else (request.genes,)
    return (*people_files(request.people), *more, *(() if request.kinship is None else kinship_files(request.kinship)))


def _spectrum(
    request: QtlRequest, inputs: QtlInputs, variants: ChosenVariants, on_progress: OnProgress
) -> tuple[Spectrum | None, KinshipFacts | None, QtlInputs]:
    """The decomposed kinship of the people analysed; nothing by least squares."""
    if request.method == "ols":
        return None, None, inputs
    kinship: Kinship
    if request.kinship is not None:
        (kinship,), people = read_kinships([request.kinship], inputs.people, kind=request.grm_kind)
        inputs = inputs.among(people)
        facts = KinshipFacts(kinship.kind, kinship.n_snps, None, None, request.kinship.name)
    else:
        options = KinshipOptions(
            request.grm_kind or "centred", minimum_maf=request.minimum_maf, maximum_missing=request.maximum_missing
        )
        everything = np.ones((variants.n_snps, 1), np.bool_)
        (kinship,) = compute_kinships(variants, inputs.people, everything, options=options, on_progress=on_progress)
        facts = KinshipFacts(kinship.kind, kinship.n_snps, request.minimum_maf, request.maximum_missing, "computed")
    on_progress(0, 0, "decomposition of the kinship")
    return decompose(kinship.matrix), facts, inputs


def _map(
    request: QtlRequest,
    inputs: QtlInputs,
    variants: ChosenVariants,
    spectrum: Spectrum | None,
    on_progress: OnProgress,
) -> tuple[Mapped, Traits]:
    people, n_snps = inputs.people, variants.n_snps
    filters = ScanFilters(request.minimum_maf, request.maximum_missing, request.maximum_r_squared)
    reader = variants.reader(people.index)
    facts = read_snp_facts(watched(reader, n_snps, "frequencies", on_progress), n_snps, people, filters)
    traits = prepare_traits(people.traits, people.covariates, spectrum=spectrum, options=QtlOptions(filters=filters))
    places = _places(request, inputs, variants)
    maps: dict[str, PairMap] = {}
    tests = None
    if request.mode in {"cis", "both"}:
        maps["cis"] = map_cis(watched(reader, n_snps, "cis pairs", on_progress), n_snps, traits, places)
        tests = _tests(request, reader, traits, places, on_progress)
    if request.mode in {"trans", "both"}:
        kept = KeptPairs(-math.log10(request.trans_p))
        watching = watched(reader, n_snps, "trans pairs", on_progress)
        maps["trans"] = map_trans(watching, n_snps, traits, places, kept=kept)
    main = next(iter(maps.values()))
    return Mapped(inputs, variants, facts, traits.n_people, main, maps.get("cis"), maps.get("trans"), tests), traits


def _places(request: QtlRequest, inputs: QtlInputs, variants: ChosenVariants) -> PairPlaces:
    return PairPlaces(
        np.array(variants.chromosomes),
        variants.table["position_bp"].to_numpy(),
        np.array([str(name) for name in inputs.traits.chromosomes]),
        inputs.traits.positions,
        request.window_bp,
    )


def _tests(
    request: QtlRequest, reader: BlockReader, traits: Traits, places: PairPlaces, on_progress: OnProgress
) -> GeneTests | None:
    if not request.n_permutations:
        return None
    leads = permute_leads(
        reader,
        traits,
        places,
        n_permutations=request.n_permutations,
        seed=request.seed,
        on_traits=lambda done, total: on_progress(done, total, "permutations of traits"),
    )
    return gene_tests(leads)


def _pair_table(request: QtlRequest, mapped: Mapped, genes: pl.DataFrame) -> pl.DataFrame:
    """The pairs that are kept, cis first, each map by trait and place; those judged with their traits are marked."""
    tables = []
    for found, name, least in ((mapped.cis, "cis", -math.log10(request.cis_p)), (mapped.trans, "trans", 0.0)):
        if found is None:
            continue
        pairs = found.pairs.take(np.flatnonzero(found.pairs.neg_log10_p >= least))
        people = mapped.inputs.people
        n = count_people(mapped.variants.reader(people.index), mapped.facts, pairs, people.traits)
        table = make_pair_table(pairs, n, name, mapped)
        is_judged = found is mapped.main
        tables.append(mark_significant(table, genes) if is_judged else table.with_columns(is_significant=_UNJUDGED))
    return pl.concat(tables)
