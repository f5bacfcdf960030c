// One page of the CpGs to which each of several genes is one of the three nearest, by distance, ties by id.
// Where several gene tables are loaded each CpG comes once.
// Parameters: keys, load_ids (current release), after_value and after_key (null on the first page), limit.
UNWIND $keys AS key
CALL (key) {
  MATCH (cpg:CpG)-[edge:NEAR]->(gene:Gene {gene_id: key})
  WHERE edge.load_id IN $load_ids
  WITH cpg, toFloat(min(edge.distance_bp)) AS value, min(edge.rank) AS rank
  WHERE $after_value IS NULL OR value > $after_value OR (value = $after_value AND cpg.cpg_id > $after_key)
  RETURN cpg.cpg_id AS source, value, rank
  ORDER BY value, source
  LIMIT $limit
}
RETURN key, source, value, rank
