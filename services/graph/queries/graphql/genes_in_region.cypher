// One page of the genes of a region of the reference build, in the order asked for, ties by id.
// Parameters: keys (one word), biotype or null, chromosome, start_bp, end_bp, region_build, order (POSITION or ID), after_value and after_key (null on the first page), limit.
UNWIND $keys AS key
CALL () {
  MATCH (gene:Gene)
  WHERE gene.chromosome = $chromosome AND gene.start_bp <= $end_bp AND gene.end_bp >= $start_bp AND gene.build = $region_build
    AND ($biotype IS NULL OR gene.biotype = $biotype)
  WITH gene, CASE $order WHEN 'ID' THEN 0.0 ELSE toFloat(gene.start_bp) END AS value
  WHERE $after_value IS NULL OR value > $after_value OR (value = $after_value AND gene.gene_id > $after_key)
  RETURN gene, value
  ORDER BY value, gene.gene_id
  LIMIT $limit
}
RETURN key, gene {.*} AS node, value
