// One page of predicted associations for each of several genes, best rank first, ties by edge key.
// Parameters: keys, run_ids (current release), run_id (the run to show, null for none), max_rank or null, after_value and after_key (null on the first page), limit.
UNWIND $keys AS key
CALL (key) {
  MATCH (snp:SNP)-[edge:PREDICTED_ASSOCIATION]->(target:Gene {gene_id: key})
  WHERE edge.run_id = $run_id AND edge.run_id IN $run_ids
    AND ($max_rank IS NULL OR edge.rank <= $max_rank)
    AND ($after_value IS NULL OR edge.rank > $after_value
         OR (edge.rank = $after_value AND edge.edge_key > $after_key))
  RETURN edge, snp.key AS source, target.gene_id AS target, 'Gene' AS target_kind
  ORDER BY edge.rank, edge.edge_key
  LIMIT $limit
}
RETURN key, edge {.*} AS edge, source, target, target_kind
