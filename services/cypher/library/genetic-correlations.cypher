// Genetic correlations of a trait with others, strongest first; those without an estimate last.
// @param trait: Trait, by id.
// @param limit = 25: Rows at most.
// @example trait=EFO:0000685
MATCH (trait:Trait {trait_id: $trait})-[edge:GENETIC_CORRELATION]-(other:Trait)
WHERE coalesce(edge.run_id, '') IN $run_ids
RETURN other.trait_id AS other, other.name AS name, coalesce(edge.model, 'genetic-correlation') AS model, edge.rg AS rg,
       edge.rg_se AS rg_se, edge.rg_neg_log10_p AS rg_neg_log10_p, edge.flags AS flags
ORDER BY coalesce(rg_neg_log10_p, -1.0) DESC, other
LIMIT $limit
