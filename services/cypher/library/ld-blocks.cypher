// LD blocks with most evidence: SNPs in the block, and associations with molecules and traits that start there.
// @param limit = 25: Rows at most.
// @example limit=5
MATCH (block:LDBlock)<-[place:IN_LD_BLOCK]-(snp:SNP)
WHERE place.load_id IN $load_ids OR block.is_pseudo
OPTIONAL MATCH (snp)-[edge:MQTL|EQTL|ASSOCIATED_WITH]->()
WHERE edge.load_id IN $load_ids AND NOT edge.is_superseded
RETURN block.block_id AS block, count(DISTINCT snp) AS n_snps,
       sum(CASE WHEN edge:ASSOCIATED_WITH THEN 1 ELSE 0 END) AS n_trait_edges,
       sum(CASE WHEN edge:MQTL OR edge:EQTL THEN 1 ELSE 0 END) AS n_molecule_edges
ORDER BY n_trait_edges + n_molecule_edges DESC, block
LIMIT $limit
