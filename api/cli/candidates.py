"""``locusgraph candidates`` and ``search``: what the graph is asked."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.candidate_report import show_report
from api.cli.candidate_tests import show_explanation
from api.cli.errors import WrongUsage
from api.cli.opening import opened_graph
from api.cli.output import AsJson, print_json, print_table

if TYPE_CHECKING:
    from services.graph.store import Store
    from services.search import Trait

PROTOCOL = "Protocol"
EXAMPLE = 'Example: [bold]locusgraph candidates "Rheumatoid arthritis" --json | head[/bold]'


def add_commands(app: typer.Typer) -> None:
    """Add ``candidates`` and ``search``."""
    app.command(rich_help_panel="Asking", epilog=EXAMPLE)(candidates)
    app.command(rich_help_panel="Asking", epilog='Example: [bold]locusgraph search "platelet"[/bold]')(search)


def _option(text: str, name: str | None = None) -> Any:
    return typer.Option(*([name] if name else []), help=text, rich_help_panel=PROTOCOL, show_default=True)


def candidates(  # noqa: PLR0913, PLR0917 (one parameter an option)
    context: typer.Context,
    trait: Annotated[str, typer.Argument(help="Id or name of the trait, such as EFO:0000685 or Height.")],
    explain: Annotated[
        str | None,
        typer.Option(metavar="RSID", help="Say in words why this SNP (rsid or key) is a candidate, or why not."),
    ] = None,
    limit: Annotated[int, typer.Option(min=0, help="Candidates listed; significant ones are always listed.")] = 20,
    method: Annotated[str, _option("pinsage: the trained model. two_hop: a walk over shared molecules.")] = "pinsage",
    k: Annotated[int, _option("Neighbours taken of each known SNP.")] = 50,
    max_per_block: Annotated[int, _option("Neighbours taken from one LD block at most (pinsage).")] = 5,
    p_threshold: Annotated[float, _option("SNPs of the trait with a smaller p are known.")] = 5e-8,
    window_bp: Annotated[int, _option("Candidates this close to a known SNP are excluded.")] = 1_000_000,
    r_squared: Annotated[float, _option("Candidates with a larger r² to a known SNP are excluded.")] = 0.1,
    alpha: Annotated[float, _option("Family-wise error rate over the candidates.")] = 0.05,
    fdr: Annotated[float, _option("False discovery rate of the test beside it, without and with weights.")] = 0.05,
    null_sets: Annotated[int, _option("Sets of matched random candidates; 0: none.")] = 100,
    seed: Annotated[int, _option("Seed of the random sets.")] = 1,
    paths: Annotated[int, _option("Evidence paths shown for a candidate.")] = 3,
    as_json: AsJson = False,
) -> None:
    """List the candidate loci of a trait: what else acts on the molecules of its known loci, and with what evidence.

    Candidates are fixed before any p-value is read and tested in a complete GWAS: at Bonferroni over their number, and
    apart from that at a false discovery rate, without and with weights by the model's score.
    """
    from services.search import CandidateOptions, OptionError, SnpNotResolved, explain_snp, find_candidates

    try:
        options = CandidateOptions(
            method=method,  # type: ignore[arg-type]
            k=k,
            max_per_block=max_per_block,
            p_threshold=p_threshold,
            window_bp=window_bp,
            r_squared=r_squared,
            alpha=alpha,
            false_discovery_rate=fdr,
            n_null_sets=null_sets,
            seed=seed,
            limit=limit,
            max_paths=paths,
        )
    except OptionError as error:
        raise WrongUsage(str(error)) from error
    with opened_graph(context) as (store, settings, _):
        found = find_trait(store, trait)
        if explain is not None:
            try:
                explanation = explain_snp(store, settings, found, explain, options=options)
            except SnpNotResolved as error:
                raise WrongUsage(str(error)) from error
            print_json(explanation.to_dict()) if as_json else show_explanation(explanation)
            return
        report = find_candidates(store, settings, found, options=options)
    if as_json:
        print_json(report.to_dict())
    else:
        show_report(report)


def search(
    context: typer.Context,
    text: Annotated[str, typer.Argument(help="Id, rsid, region such as 10:100000-200000, symbol, name or words.")],
    kind: Annotated[
        list[str] | None,
        typer.Option(help="Keep this kind: SNP, CpG, Gene, Trait, Annotation, Study. May be repeated."),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="Hits of each kind.")] = 10,
    as_json: AsJson = False,
) -> None:
    """Find SNPs, CpGs, genes, traits, annotations and studies; exits 1 when nothing is found."""
    from dataclasses import asdict

    from services.search import search_text

    kinds = _check_kinds(kind or [])
    with opened_graph(context) as (store, _, _):
        hits = search_text(store, text, kinds=kinds, limit=limit)
    if as_json:
        print_json({"hits": [asdict(hit) for hit in hits]})
    else:
        rows = [(hit.kind, hit.id, hit.name, hit.description) for hit in hits]
        print_table(f"{text!r}: {len(hits):,} found", ("kind", "id", "name", "description"), rows)
    if not hits:
        raise typer.Exit(1)


def find_trait(store: "Store", text: str) -> "Trait":
    """The trait that a text names.

    Raises
    ------
    WrongUsage
        When none is called so, with the nearest names, or when several are, with the list.
    """
    from services.search import Trait, resolve_trait

    found = resolve_trait(store, text)
    if not isinstance(found, Trait):
        raise WrongUsage(found.message)
    return found


def _check_kinds(kinds: list[str]) -> tuple[str, ...]:
    from services.search.text_search import KINDS

    by_name = {kind.lower(): kind for kind in KINDS}
    unknown = [kind for kind in kinds if kind.lower() not in by_name]
    if unknown:
        raise WrongUsage(f"--kind takes {', '.join(KINDS)}, not {', '.join(unknown)}")
    return tuple(by_name[kind.lower()] for kind in kinds) or KINDS
