// One page of the SNPs to which each of several genes is one of the three nearest, by distance, ties by id.
// Where several gene tables are loaded each SNP comes once.
// Parameters: keys, load_ids (current release), after_value and after_key (null on the first page), limit.
UNWIND $keys AS key
CALL (key) {
  MATCH (snp:SNP)-[edge:NEAR]->(gene:Gene {gene_id: key})
  WHERE edge.load_id IN $load_ids
  WITH snp, toFloat(min(edge.distance_bp)) AS value, min(edge.rank) AS rank
  WHERE $after_value IS NULL OR value > $after_value OR (value = $after_value AND snp.key > $after_key)
  RETURN snp.key AS source, value, rank
  ORDER BY value, source
  LIMIT $limit
}
RETURN key, source, value, rank
