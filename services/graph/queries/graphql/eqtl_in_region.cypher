// One page of the eQTL of the SNPs of a region, found by the places' index, in the order asked for, ties by edge key.
// Parameters: keys, load_ids (current release), study_ids or null, min_neg_log10_p, cis_trans or null, biotype or null, chromosome or null, start_bp, end_bp and region_build of the SNP, order (P, POSITION or ID), after_value and after_key (null on the first page), limit.
UNWIND $keys AS key
CALL (key) {
  MATCH (snp:SNP)
  WHERE snp.chromosome = $chromosome AND snp.position_bp >= $start_bp AND snp.position_bp <= $end_bp AND snp.build = $region_build
  MATCH (snp)-[edge:EQTL]->(gene:Gene)
  WHERE edge.load_id IN $load_ids AND NOT edge.is_superseded AND edge.neg_log10_p >= $min_neg_log10_p
    AND ($study_ids IS NULL OR edge.study_id IN $study_ids)
    AND ($cis_trans IS NULL OR edge.cis_trans = $cis_trans)
    AND ($biotype IS NULL OR gene.biotype = $biotype)
  WITH edge, snp, gene, CASE $order WHEN 'P' THEN -edge.neg_log10_p WHEN 'ID' THEN 0.0 ELSE
       coalesce(toInteger(snp.chromosome), CASE snp.chromosome WHEN 'X' THEN 23 WHEN 'Y' THEN 24 WHEN 'MT' THEN 25 ELSE 26 END) * 1.0e9
         + coalesce(snp.position_bp, 999999999) END AS value
  WHERE $after_value IS NULL OR value > $after_value OR (value = $after_value AND edge.edge_key > $after_key)
  RETURN edge, snp.key AS source, gene.gene_id AS target, value
  ORDER BY value, edge.edge_key
  LIMIT $limit
}
RETURN key, edge {.*} AS edge, source, target, value
