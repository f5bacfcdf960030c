// One page of all predicted associations of each of several runs, best rank first, ties by edge key.
// Parameters: keys (run ids), run_ids (current release), max_rank or null, after_value and after_key (null on the first page), limit.
UNWIND $keys AS key
CALL (key) {
  MATCH (snp:SNP)-[edge:PREDICTED_ASSOCIATION]->(target:Trait|CpG|Gene)
  WHERE edge.run_id = key AND key IN $run_ids
    AND ($max_rank IS NULL OR edge.rank <= $max_rank)
    AND ($after_value IS NULL OR edge.rank > $after_value
         OR (edge.rank = $after_value AND edge.edge_key > $after_key))
  RETURN edge, snp.key AS source, coalesce(target.trait_id, target.cpg_id, target.gene_id) AS target, labels(target)[0] AS target_kind
  ORDER BY edge.rank, edge.edge_key
  LIMIT $limit
}
RETURN key, edge {.*} AS edge, source, target, target_kind
