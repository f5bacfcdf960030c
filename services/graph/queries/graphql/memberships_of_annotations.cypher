// One page of the memberships of SNPs in functional categories, for each of several functional categories, by the other end's id.
// Parameters: keys, load_ids (current release), after_key (null on the first page), limit.
UNWIND $keys AS key
CALL (key) {
  MATCH (snp:SNP)-[edge:IN_ANNOTATION]->(annotation:Annotation {annotation_id: key})
  WHERE edge.load_id IN $load_ids AND ($after_key IS NULL OR snp.key > $after_key)
  RETURN edge, snp.key AS source, annotation.annotation_id AS target
  ORDER BY snp.key
  LIMIT $limit
}
RETURN key, edge {.*} AS edge, source, target
