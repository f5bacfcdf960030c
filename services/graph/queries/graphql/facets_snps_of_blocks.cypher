// How many there are of the SNPs with evidence in each of several LD blocks, by chromosome.
// Parameters: keys, load_ids (current release).
UNWIND $keys AS key
MATCH (snp:SNP)-[inside:IN_LD_BLOCK]->(block:LDBlock {block_id: key})
WHERE (inside.load_id IN $load_ids OR block.is_pseudo)
  AND EXISTS { MATCH (snp)-[edge:MQTL|EQTL|ASSOCIATED_WITH]->() WHERE edge.load_id IN $load_ids }
RETURN key, null AS study_id, null AS cis_trans, snp.chromosome AS chromosome, null AS biotype, count(DISTINCT snp) AS n
