"""Shows how candidates were tested, each guarantee apart from the other, and the explanation of one SNP."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.markup import escape

from api.cli.output import print_facts, print_table, stdout

if TYPE_CHECKING:
    from services.search import Candidate, CandidateReport, CovariateCheck, Explanation, FalseDiscoveryTest


def show_tests(report: "CandidateReport", shown: "Sequence[Candidate]") -> None:
    """Print the family-wise test, and apart from it the false discovery test with its weights."""
    family_wise, false_discovery = report.family_wise, report.false_discovery
    if family_wise is None or false_discovery is None:
        return
    stdout().print("[bold]family-wise error rate[/bold]")
    passed = f"{family_wise.n_rejected:,} of {family_wise.n_candidates:,} candidates, {family_wise.n_loci:,} loci"
    print_facts({"Bonferroni": f"at {family_wise.rate:g}, p < {family_wise.p_threshold}", "pass": passed})
    stdout().print("[bold]false discovery rate[/bold]")
    print_facts(_facts(false_discovery))
    if false_discovery.bins:
        _show_bins(false_discovery)
    _show_adjusted(shown)
    stdout().print(f"[yellow]note[/yellow]  {escape(report.guarantees)}")


def show_explanation(explanation: "Explanation") -> None:
    """Print the sentences of an explanation, one a line."""
    for number, sentence in enumerate(explanation.words):
        text = escape(sentence)
        stdout().print(f"[bold]{text}[/bold]" if number == 0 else text)
    if explanation.false_discovery is not None:
        stdout().print(f"[yellow]note[/yellow]  {escape(explanation.guarantees)}")


def _facts(test: "FalseDiscoveryTest") -> dict[str, object]:
    plain, weighted = test.unweighted, test.weighted
    facts: dict[str, object] = {
        "Benjamini-Hochberg": f"at {test.rate:g}: {plain.n_candidates:,} candidates, {plain.n_loci:,} loci",
        "weighted by score": f"not done, {test.reason}"
        if weighted is None
        else f"at {test.rate:g}: {weighted.n_candidates:,} candidates, {weighted.n_loci:,} loci",
    }
    return facts | {f"check {number}": _check(check) for number, check in enumerate(test.checks, start=1)}


def _check(check: "CovariateCheck") -> str:
    if check.rank_correlation is None or check.interval is None:
        return f"{check.among}: not done, {check.reason}"
    low, high = check.interval
    histogram = (
        "too few for histograms"
        if check.histogram_p_value is None
        else f"same histogram in {check.n_strata} strata: p {check.histogram_p_value:.3g}"
    )
    return (
        f"{check.among}: rank correlation with p > {check.above:g} {check.rank_correlation:+.3f} "
        f"[{low:+.3f}, {high:+.3f}], p {check.p_value:.3g}, {check.n_blocks:,} LD blocks; {histogram}"
    )


def _show_adjusted(shown: "Sequence[Candidate]") -> None:
    """Adjusted p of each candidate shown: the family-wise one, then those of the false discovery test."""
    rows: list[tuple[object, ...]] = []
    for candidate in shown:
        family_wise, found = candidate.family_wise, candidate.false_discovery
        if family_wise is not None and found is not None:
            rows.append(
                (
                    candidate.rsids[0] if candidate.rsids else candidate.key,
                    candidate.p_value,
                    _brief(family_wise.p_adjusted),
                    _brief(found.p_adjusted),
                    _brief(found.weighted_p_adjusted),
                    None if found.weight is None else f"{found.weight:.2f}",
                    found.score_bin,
                )
            )
    if rows:
        header = ("=SNP", ">p", ">Bonferroni (family-wise)", ">BH (false discovery)", ">weighted BH", ">weight", ">bin")
        print_table("adjusted p of each candidate listed", header, rows)


def _brief(p_value: str | None) -> str | None:
    """A p-value of three digits; those below the smallest float stay as they are."""
    if p_value is None:
        return None
    value = float(p_value)
    return f"{value:.3g}" if value > 0.0 else p_value


def _show_bins(test: "FalseDiscoveryTest") -> None:
    rows = [
        (
            found.number,
            f"{found.lowest_score:.4g} to {found.highest_score:.4g}",
            found.n_candidates,
            f"{found.mean_weight:.2f}",
            f"{found.lowest_weight:.2f} to {found.highest_weight:.2f}",
            found.n_unweighted,
            found.n_weighted,
        )
        for found in test.bins
    ]
    print_table(
        "weights by score, each chromosome's learned without its own p-values",
        (">bin", "score", ">candidates", ">mean weight", "of chromosomes", ">pass, equal weights", ">pass, weighted"),
        rows,
    )
