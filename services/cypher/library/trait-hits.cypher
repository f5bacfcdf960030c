// SNPs associated with a trait, strongest first.
// @param trait: Trait, by id.
// @param neg_log10_p = 7.3: Least strength (7.3 is 5e-8).
// @param limit = 25: Rows at most.
// @example trait=EFO:0000685
MATCH (snp:SNP)-[edge:ASSOCIATED_WITH]->(trait:Trait {trait_id: $trait})
WHERE edge.load_id IN $load_ids AND NOT edge.is_superseded AND edge.neg_log10_p >= $neg_log10_p
RETURN snp.key AS snp, snp.rsids AS rsids, edge.study_id AS study, edge.effect_allele AS effect_allele,
       edge.effect_size AS effect_size, edge.neg_log10_p AS neg_log10_p
ORDER BY neg_log10_p DESC, snp
LIMIT $limit
