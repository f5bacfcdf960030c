// How many SNPs with evidence there are, by chromosome and biotype.
// Parameters: keys (one word), load_ids (current release).
UNWIND $keys AS key
MATCH (snp:SNP)
WHERE EXISTS { MATCH (snp)-[edge:MQTL|EQTL|ASSOCIATED_WITH]->() WHERE edge.load_id IN $load_ids }
RETURN key, null AS study_id, null AS cis_trans, snp.chromosome AS chromosome, null AS biotype, count(*) AS n
