"""Shows what attaching results of people's genotypes to the graph did."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from rich.markup import escape

from api.cli.estimates import print_known, print_next, quoted, show_counts, show_estimate, show_status
from api.cli.output import print_table, stdout

if TYPE_CHECKING:
    from services.mixed_models import AttachedQtl, AttachedReml, AttachedScan


def show_attached_scan(report: "AttachedScan") -> None:
    """Print the study and the trait that a scan became."""
    stdout().print("[bold]scan in the graph[/bold]")
    print_known(
        {
            "trait": _named(report.trait_id, report.trait_name),
            "study": f"{report.study_id} ({report.load_status})",
            "positions": report.build,
            "people": report.n_people,
            "SNPs of the table": report.n_rows,
            "kept in the study's full table": report.n_kept,
            "left out": show_counts(report.left_out) if report.left_out else None,
            f"associations with p < {report.p_threshold:g}": report.n_edges,
            "SNP nodes that carry its result": report.n_snps,
            "PVE (h2 of the SNPs)": None if report.h2 is None else show_estimate(report.h2, report.h2_se),
            f"lambda GC ({report.test})": report.lambda_gc,
            "status": show_status(report.status, report.run_id, report.release),
            "time": f"{report.seconds:.1f} s",
        }
    )
    if report.is_new_trait:
        sentence = "The graph had no trait of this id or name, so it is a new one: if another was meant, give its id."
        stdout().print(f"[yellow]note[/yellow]  {sentence}", soft_wrap=True)
    _show_flags(report.flags)
    trait = quoted(report.trait_id)
    print_next([f"locusgraph candidates {trait}", f"locusgraph h2 {trait} --study {report.study_id}"])


def show_attached_reml(report: "AttachedReml") -> None:
    """Print the trait, or the two, that an estimate belongs to."""
    stdout().print("[bold]variance components in the graph[/bold]")
    traits = [_named(key, name) for key, name in zip(report.trait_ids, report.trait_names, strict=True)]
    print_known(
        {
            "trait": " and ".join(traits),
            "model": report.model,
            "people": report.n_people,
            "h2": None if report.h2 is None else show_estimate(report.h2, report.h2_se),
            "rg": None if report.rg is None else show_estimate(report.rg, report.rg_se),
            "written": "properties of the trait" if report.is_converged else "nothing: it did not converge",
            "status": show_status(report.status, report.run_id, report.release),
            "time": f"{report.seconds:.1f} s",
        }
    )
    if len(report.parts) > 1:
        shares = zip(report.parts, report.shares, report.share_ses, strict=True)
        rows = [(name, show_estimate(share, se)) for name, share, se in shares]
        print_table(f"{len(rows)} parts", ("part", ">share of variance ± se"), rows)
    _show_flags((*report.flags, report.reason) if report.reason else report.flags)


def show_attached_qtl(report: "AttachedQtl") -> None:
    """Print the study that a map of molecular traits became."""
    stdout().print("[bold]QTL in the graph[/bold]")
    lost = {**report.skipped, **report.refused}
    lost.pop("below_threshold", None)
    print_known(
        {
            "study": f"{report.study_id} ({report.kind}, {report.status})",
            "tissue": report.tissue,
            "positions": report.build,
            "people": report.n_people,
            "pairs of the table": report.n_rows,
            f"kept in the study's full table ({report.statistics})": report.n_kept,
            "pairs left out": show_counts(lost) if lost else None,
            f"edges with p < {report.p_threshold:g}": report.n_edges,
            "release": report.release,
            "time": f"{report.seconds:.1f} s",
        }
    )
    print_next(["locusgraph studies list", "locusgraph candidates TRAIT"])


def _named(key: str, name: str | None) -> str:
    return key if name in {None, key} else f"{name} ({key})"


def _show_flags(flags: tuple[str, ...]) -> None:
    from services.mixed_models.flags import REML_MEANINGS, SCAN_MEANINGS

    meanings: Mapping[str, str] = {**REML_MEANINGS, **SCAN_MEANINGS}
    for flag in flags:
        stdout().print(f"[yellow]note[/yellow]  {escape(meanings.get(flag, flag))}", soft_wrap=True)
