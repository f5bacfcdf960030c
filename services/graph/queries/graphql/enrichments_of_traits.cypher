// One page of the enrichments of each of several traits, largest ordering value first, rows without one last, ties by edge key.
// Parameters: keys, run_ids (current release), annotation_id or null, model or null, order (ENRICHMENT_P, TAU_P, ENRICHMENT or TAU_STAR), after_value and after_key (null on the first page), limit.
// coalesce (run_id is always there) keeps the planner from looking up a whole run by its index for every key.
UNWIND $keys AS key
CALL (key) {
  MATCH (trait:Trait {trait_id: key})-[edge:ENRICHED_IN]->(annotation:Annotation)
  WHERE coalesce(edge.run_id, '') IN $run_ids
    AND ($annotation_id IS NULL OR annotation.annotation_id = $annotation_id)
    AND ($model IS NULL OR edge.model = $model)
  WITH edge, trait, annotation, coalesce(CASE $order
    WHEN 'ENRICHMENT_P' THEN edge.enrichment_neg_log10_p
    WHEN 'TAU_P' THEN edge.tau_neg_log10_p
    WHEN 'ENRICHMENT' THEN edge.enrichment
    ELSE edge.tau_star END, -1.0e308) AS value
  WHERE $after_value IS NULL OR value < $after_value OR (value = $after_value AND edge.edge_key > $after_key)
  RETURN edge, trait.trait_id AS source, annotation.annotation_id AS target, value
  ORDER BY value DESC, edge.edge_key
  LIMIT $limit
}
RETURN key, edge {.*} AS edge, source, target, value
