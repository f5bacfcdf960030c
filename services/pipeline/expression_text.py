"""The section of the page on real data about QTL of people."""

from services.mixed_models import QtlGene
from services.pipeline.real_expression import RealExpression
from services.pipeline.tables import render_table

MISSING = "The expression data and genotypes of this section are not beside the manifest."

_CAVEAT = """\
**84 people and one window of chromosome 19.** The transcript counts of GEUVADIS (91 CEU) meet the genotypes of 1000
Genomes in 84 people; transcripts are summed to genes, expression is made normal, three ancestry components and 15
components of expression are covariates. At this size only effects of about a quarter to a third of the variance pass,
and the estimates of those that do are too large. It shows that the path from counts to edges is right, each edge with
its n; [the mathematics](maths/qtl.md) says what simulations and an independent study say of it."""

_SHOWN = 5


def render_expression(found: RealExpression | None) -> str:
    """Render who was mapped, the strongest genes, and what became edges."""
    if found is None:
        return MISSING
    mapped, attached = found.mapped, found.attached
    lambda_gc = "-" if mapped.lambda_gc_cis is None else f"{mapped.lambda_gc_cis:.2f}"
    facts: list[tuple[str, object]] = [
        ("people with expression and genotypes", mapped.n_people),
        ("genes expressed in half of them", mapped.n_traits),
        ("of these with a SNP within 1 Mb", mapped.n_traits_with_snps),
        ("pairs tested", mapped.n_cis_tests),
        ("lambda GC of the pairs", lambda_gc),
        (f"genes at q ≤ {mapped.fdr:g}, {mapped.n_permutations:,} permutations", mapped.n_significant),
        ("genes at the same rate by Bonferroni within the gene", mapped.n_significant_bonferroni),
        (f"pairs with p < {attached.p_threshold:g}, edges of study {attached.study_id}", attached.n_edges),
    ]
    header = ("gene", "strongest SNP", "n", "effect ± se", "p of the pair", "p of the gene", "q")
    genes = render_table(header, [_gene(gene) for gene in mapped.genes[:_SHOWN]])
    return "\n\n".join((_CAVEAT, render_table(("map", ""), facts), genes))


def _gene(gene: QtlGene) -> tuple[object, ...]:
    effect = "-" if gene.beta is None or gene.se is None else f"{gene.beta:.2f} ± {gene.se:.2f}"
    pair, whole = (f"{10.0**-value:.2g}" for value in (gene.neg_log10_p, gene.neg_log10_p_gene))
    return (gene.trait, gene.rsid, gene.n, effect, pair, whole, f"{gene.q:.2g}")
