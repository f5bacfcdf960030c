// One page of the genetic correlations of each of several traits, smallest p first, rows without one last, ties by edge key.
// Parameters: keys, run_ids (current release), after_value and after_key (null on the first page), limit.
// coalesce (run_id is always there) keeps the planner from looking up a whole run by its index for every key.
UNWIND $keys AS key
CALL (key) {
  MATCH (trait:Trait {trait_id: key})-[edge:GENETIC_CORRELATION]-(other:Trait)
  WHERE coalesce(edge.run_id, '') IN $run_ids
  WITH edge, other, startNode(edge) = trait AS is_source, coalesce(edge.rg_neg_log10_p, -1.0e308) AS value
  WHERE $after_value IS NULL OR value < $after_value OR (value = $after_value AND edge.edge_key > $after_key)
  RETURN edge, is_source, other.trait_id AS target, value
  ORDER BY value DESC, edge.edge_key
  LIMIT $limit
}
RETURN key, edge {.*} AS edge, is_source, target, value
