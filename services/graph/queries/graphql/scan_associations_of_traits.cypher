// One page of what the scans of people of several traits measured, strongest first, ties by edge key: the edges of the
// study that a scan was loaded as.
// Parameters: keys, load_ids and run_ids (current release), min_neg_log10_p, after_value and after_key (null on the first page), limit.
UNWIND $keys AS key
CALL (key) {
  MATCH (snp:SNP)-[edge:ASSOCIATED_WITH]->(trait:Trait {trait_id: key})
  WHERE trait.lmm_run_id IN $run_ids AND edge.study_id = trait.lmm_study_id
    AND edge.load_id IN $load_ids AND NOT edge.is_superseded AND edge.neg_log10_p >= $min_neg_log10_p
    AND ($after_value IS NULL OR edge.neg_log10_p < $after_value
         OR (edge.neg_log10_p = $after_value AND edge.edge_key > $after_key))
  RETURN edge, snp.key AS source, trait.trait_id AS target
  ORDER BY edge.neg_log10_p DESC, edge.edge_key
  LIMIT $limit
}
RETURN key, edge {.*} AS edge, source, target
