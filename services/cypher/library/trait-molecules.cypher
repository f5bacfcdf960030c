// Molecules that the trait's own hits act on: methylation sites and genes, those with most hits first.
// A first look at colocalisation; that both share a causal SNP is not shown by it.
// @param trait: Trait, by id.
// @param neg_log10_p = 7.3: Least strength of a hit.
// @param limit = 25: Rows at most.
// @example trait=EFO:0000685
MATCH (snp:SNP)-[hit:ASSOCIATED_WITH]->(trait:Trait {trait_id: $trait})
WHERE hit.load_id IN $load_ids AND NOT hit.is_superseded AND hit.neg_log10_p >= $neg_log10_p
WITH DISTINCT snp
MATCH (snp)-[edge:MQTL|EQTL]->(molecule)
WHERE edge.load_id IN $load_ids AND NOT edge.is_superseded
RETURN coalesce(molecule.cpg_id, molecule.gene_id) AS molecule, labels(molecule)[0] AS kind, molecule.symbol AS symbol,
       count(DISTINCT snp) AS n_hits, max(edge.neg_log10_p) AS strongest
ORDER BY n_hits DESC, strongest DESC, molecule
LIMIT $limit
