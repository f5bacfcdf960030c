// One page of the SNPs with evidence of a region of the reference build, in the order asked for, ties by id.
// Parameters: keys (one word), load_ids (current release), chromosome, start_bp, end_bp, region_build, order (POSITION or ID), after_value and after_key (null on the first page), limit.
UNWIND $keys AS key
CALL () {
  MATCH (snp:SNP)
  WHERE snp.chromosome = $chromosome AND snp.position_bp <= $end_bp AND snp.position_bp >= $start_bp AND snp.build = $region_build
    AND EXISTS { MATCH (snp)-[edge:MQTL|EQTL|ASSOCIATED_WITH]->() WHERE edge.load_id IN $load_ids }
  WITH snp, CASE $order WHEN 'ID' THEN 0.0 ELSE toFloat(snp.position_bp) END AS value
  WHERE $after_value IS NULL OR value > $after_value OR (value = $after_value AND snp.key > $after_key)
  RETURN snp, value
  ORDER BY value, snp.key
  LIMIT $limit
}
RETURN key, snp {.*} AS node, value
