// One page of the SNP to trait associations of traits for each of several nodes, strongest first, ties by edge key.
// Parameters: keys, load_ids (current release), study_id or null, min_neg_log10_p, after_value and after_key (null on the first page), limit.
UNWIND $keys AS key
CALL (key) {
  MATCH (snp:SNP)-[edge:ASSOCIATED_WITH]->(trait:Trait {trait_id: key})
  WHERE edge.load_id IN $load_ids AND NOT edge.is_superseded AND edge.neg_log10_p >= $min_neg_log10_p
    AND ($study_id IS NULL OR edge.study_id = $study_id)
    AND ($after_value IS NULL OR edge.neg_log10_p < $after_value
         OR (edge.neg_log10_p = $after_value AND edge.edge_key > $after_key))
  RETURN edge, snp.key AS source, trait.trait_id AS target
  ORDER BY edge.neg_log10_p DESC, edge.edge_key
  LIMIT $limit
}
RETURN key, edge {.*} AS edge, source, target
