// One page of the CpGs of a region of the reference build, in the order asked for, ties by id.
// Parameters: keys (one word), chromosome, start_bp, end_bp, region_build, order (POSITION or ID), after_value and after_key (null on the first page), limit.
UNWIND $keys AS key
CALL () {
  MATCH (cpg:CpG)
  WHERE cpg.chromosome = $chromosome AND cpg.position_bp <= $end_bp AND cpg.position_bp >= $start_bp AND cpg.build = $region_build
  WITH cpg, CASE $order WHEN 'ID' THEN 0.0 ELSE toFloat(cpg.position_bp) END AS value
  WHERE $after_value IS NULL OR value > $after_value OR (value = $after_value AND cpg.cpg_id > $after_key)
  RETURN cpg, value
  ORDER BY value, cpg.cpg_id
  LIMIT $limit
}
RETURN key, cpg {.*} AS node, value
