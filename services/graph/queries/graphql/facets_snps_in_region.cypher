// How many SNPs with evidence a region of the reference build has, by chromosome and biotype.
// Parameters: keys (one word), load_ids (current release), chromosome, start_bp, end_bp, region_build.
UNWIND $keys AS key
MATCH (snp:SNP)
WHERE snp.chromosome = $chromosome AND snp.position_bp <= $end_bp AND snp.position_bp >= $start_bp AND snp.build = $region_build
  AND EXISTS { MATCH (snp)-[edge:MQTL|EQTL|ASSOCIATED_WITH]->() WHERE edge.load_id IN $load_ids }
RETURN key, null AS study_id, null AS cis_trans, snp.chromosome AS chromosome, null AS biotype, count(*) AS n
