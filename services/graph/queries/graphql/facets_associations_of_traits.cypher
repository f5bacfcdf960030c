// How many there are of the SNP associations of each of several traits, by study, cis or trans, chromosome and biotype.
// Parameters: keys, load_ids (current release), study_ids or null, min_neg_log10_p, chromosome or null, start_bp, end_bp and region_build of the SNP.
UNWIND $keys AS key
MATCH (snp:SNP)-[edge:ASSOCIATED_WITH]->(trait:Trait {trait_id: key})
WHERE edge.load_id IN $load_ids AND NOT edge.is_superseded AND edge.neg_log10_p >= $min_neg_log10_p
  AND ($study_ids IS NULL OR edge.study_id IN $study_ids)
  AND ($chromosome IS NULL OR (snp.build = $region_build AND snp.chromosome = $chromosome
         AND snp.position_bp <= $end_bp AND snp.position_bp >= $start_bp))
RETURN key, edge.study_id AS study_id, null AS cis_trans, snp.chromosome AS chromosome,
       null AS biotype, count(*) AS n
