// Which SNPs with molecular evidence have a place in the reference build and an LD block, and what is known of them?
// One row a block, its SNPs as lists; -1 stands for an LD score or a frequency that is not known.
// coalesce (load_id is always there) keeps the planner from looking up a whole load by its index for every row.
// $load_ids: loads of the release (pseudo-blocks belong to no load and always count).
MATCH (block:LDBlock)
CALL (block) {
  MATCH (snp:SNP)-[inside:IN_LD_BLOCK]->(block)
  WHERE (block.is_pseudo OR coalesce(inside.load_id, '') IN $load_ids) AND snp.position_bp IS NOT NULL AND snp.build = block.build
    AND EXISTS { (snp)-[:MQTL|EQTL]->() }
  RETURN collect(snp.key) AS snps, collect(snp.position_bp) AS positions_bp,
         collect(coalesce(snp.reported_ld_score, -1.0)) AS ld_scores,
         collect(coalesce(snp.minor_allele_frequency, -1.0)) AS minor_allele_frequencies
}
WITH block, snps, positions_bp, ld_scores, minor_allele_frequencies
WHERE size(snps) > 0
RETURN block.block_id AS block, block.chromosome AS chromosome, snps, positions_bp, ld_scores,
       minor_allele_frequencies
