// SNPs of a region with how many methylation sites, genes and traits each is associated with.
// @param chromosome: 1-22, X, Y or MT.
// @param first_bp: First base.
// @param last_bp: Last base.
// @param limit = 25: Rows at most.
// @example chromosome=1 first_bp=1 last_bp=100000
MATCH (snp:SNP)
WHERE snp.chromosome = toString($chromosome) AND $first_bp <= snp.position_bp <= $last_bp
RETURN snp.key AS snp, snp.rsids AS rsids, snp.position_bp AS position_bp,
       COUNT { MATCH (snp)-[e:MQTL]->() WHERE e.load_id IN $load_ids AND NOT e.is_superseded } AS n_mqtl,
       COUNT { MATCH (snp)-[e:EQTL]->() WHERE e.load_id IN $load_ids AND NOT e.is_superseded } AS n_eqtl,
       COUNT { MATCH (snp)-[e:ASSOCIATED_WITH]->() WHERE e.load_id IN $load_ids AND NOT e.is_superseded } AS n_traits
ORDER BY position_bp, snp
LIMIT $limit
