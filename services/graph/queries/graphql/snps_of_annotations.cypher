// One page of the SNPs in each of several functional categories, by key.
// Parameters: keys, load_ids (current release), after_key (null on the first page), limit.
UNWIND $keys AS key
CALL (key) {
  MATCH (snp:SNP)-[edge:IN_ANNOTATION]->(annotation:Annotation {annotation_id: key})
  WHERE edge.load_id IN $load_ids AND ($after_key IS NULL OR snp.key > $after_key)
  RETURN snp
  ORDER BY snp.key
  LIMIT $limit
}
RETURN key, snp {.*} AS node
