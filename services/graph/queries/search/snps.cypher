// What is known of these SNPs: place, LD block, number of molecular associations, frequency, LD score?
// $keys; $load_ids: loads of the release (pseudo-blocks belong to no load and always count).
UNWIND $keys AS wanted
MATCH (snp:SNP {key: wanted})
OPTIONAL MATCH (snp)-[inside:IN_LD_BLOCK]->(block:LDBlock)
WHERE block.is_pseudo OR inside.load_id IN $load_ids
WITH snp, min(block.block_id) AS block
RETURN snp.key AS key, coalesce(snp.rsids, []) AS rsids, snp.chromosome AS chromosome,
       snp.position_bp AS position_bp, snp.build AS build, block,
       COUNT { (snp)-[edge:MQTL|EQTL]->() WHERE edge.load_id IN $load_ids AND NOT edge.is_superseded } AS degree,
       snp.minor_allele_frequency AS minor_allele_frequency, snp.reported_ld_score AS ld_score
