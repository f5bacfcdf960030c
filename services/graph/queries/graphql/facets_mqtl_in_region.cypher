// How many there are of the mQTL of the SNPs of a region, by study, cis or trans, chromosome and biotype.
// Parameters: keys, load_ids (current release), study_ids or null, min_neg_log10_p, cis_trans or null, chromosome or null, start_bp, end_bp and region_build of the SNP.
UNWIND $keys AS key
MATCH (snp:SNP)
  WHERE snp.chromosome = $chromosome AND snp.position_bp >= $start_bp AND snp.position_bp <= $end_bp AND snp.build = $region_build
  MATCH (snp)-[edge:MQTL]->(cpg:CpG)
WHERE edge.load_id IN $load_ids AND NOT edge.is_superseded AND edge.neg_log10_p >= $min_neg_log10_p
  AND ($study_ids IS NULL OR edge.study_id IN $study_ids)
  AND ($cis_trans IS NULL OR edge.cis_trans = $cis_trans)
RETURN key, edge.study_id AS study_id, edge.cis_trans AS cis_trans, snp.chromosome AS chromosome,
       null AS biotype, count(*) AS n
