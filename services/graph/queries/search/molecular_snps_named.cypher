// The SNPs with molecular associations among those with these keys or rsids; as molecular_snps otherwise.
// $keys, $rsids; $load_ids: loads of the release (pseudo-blocks belong to no load and always count).
MATCH (snp:SNP)
WHERE snp.key IN $keys OR any(rsid IN snp.rsids WHERE rsid IN $rsids)
WITH snp, COUNT { (snp)-[edge:MQTL|EQTL]->() WHERE edge.load_id IN $load_ids AND NOT edge.is_superseded } AS degree
WHERE degree > 0
OPTIONAL MATCH (snp)-[inside:IN_LD_BLOCK]->(block:LDBlock)
WHERE block.is_pseudo OR inside.load_id IN $load_ids
WITH snp, degree, min(block.block_id) AS block
RETURN snp.key AS key, coalesce(snp.rsids, []) AS rsids, snp.chromosome AS chromosome,
       snp.position_bp AS position_bp, snp.build AS build, block, degree,
       snp.minor_allele_frequency AS minor_allele_frequency, snp.reported_ld_score AS ld_score
