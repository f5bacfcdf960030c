// One page of the SNPs in each of several functional categories, by id.
// Parameters: keys, load_ids (current release), after_key (null on the first page), limit.
UNWIND $keys AS key
CALL (key) {
  MATCH (snp:SNP)-[inside:IN_ANNOTATION]->(annotation:Annotation {annotation_id: key})
  WHERE inside.load_id IN $load_ids
    AND ($after_key IS NULL OR snp.key > $after_key)
  RETURN DISTINCT snp
  ORDER BY snp.key
  LIMIT $limit
}
RETURN key, snp {.*} AS node, 0.0 AS value
