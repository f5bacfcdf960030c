// One page of the eQTM of each of several CpGs, in the order asked for, ties by edge key.
// Parameters: keys, load_ids (current release), study_ids or null, min_neg_log10_p, biotype or null, chromosome or null, start_bp, end_bp and region_build of the gene, order (P, POSITION or ID), after_value and after_key (null on the first page), limit.
UNWIND $keys AS key
CALL (key) {
  MATCH (cpg:CpG {cpg_id: key})-[edge:EQTM]->(gene:Gene)
  WHERE edge.load_id IN $load_ids AND NOT edge.is_superseded AND edge.neg_log10_p >= $min_neg_log10_p
    AND ($study_ids IS NULL OR edge.study_id IN $study_ids)
    AND ($biotype IS NULL OR gene.biotype = $biotype)
    AND ($chromosome IS NULL OR (gene.build = $region_build AND gene.chromosome = $chromosome
         AND gene.start_bp <= $end_bp AND gene.end_bp >= $start_bp))
  WITH edge, cpg, gene, CASE $order WHEN 'P' THEN -edge.neg_log10_p WHEN 'ID' THEN 0.0 ELSE
       coalesce(toInteger(gene.chromosome), CASE gene.chromosome WHEN 'X' THEN 23 WHEN 'Y' THEN 24 WHEN 'MT' THEN 25 ELSE 26 END) * 1.0e9
         + coalesce(gene.start_bp, 999999999) END AS value
  WHERE $after_value IS NULL OR value > $after_value OR (value = $after_value AND edge.edge_key > $after_key)
  RETURN edge, cpg.cpg_id AS source, gene.gene_id AS target, value
  ORDER BY value, edge.edge_key
  LIMIT $limit
}
RETURN key, edge {.*} AS edge, source, target, value
