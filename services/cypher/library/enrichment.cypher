// Functional categories in which a trait's heritability is enriched (stratified LD score regression).
// @param trait: Trait, by id.
// @param limit = 25: Rows at most.
// @example trait=EFO:0000685
MATCH (trait:Trait {trait_id: $trait})-[edge:ENRICHED_IN]->(category:Annotation)
WHERE coalesce(edge.run_id, '') IN $run_ids
RETURN category.annotation_id AS category, edge.model AS model, edge.enrichment AS enrichment,
       edge.enrichment_se AS enrichment_se, edge.enrichment_neg_log10_p AS enrichment_neg_log10_p,
       edge.tau_star AS tau_star, edge.tau_neg_log10_p AS tau_neg_log10_p
ORDER BY coalesce(enrichment_neg_log10_p, -1.0) DESC, coalesce(tau_neg_log10_p, -1.0) DESC, category, model
LIMIT $limit
