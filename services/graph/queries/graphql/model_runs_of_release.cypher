// One page of the PinSage runs that readers may ask for, by id.
// Parameters: keys (one word), run_ids (current release), after_value and after_key (null on the first page), limit.
UNWIND $keys AS key
CALL () {
  MATCH (node:ModelRun {model: 'pinsage'})
  WHERE node.run_id IN $run_ids AND ($after_key IS NULL OR node.run_id > $after_key)
  RETURN node
  ORDER BY node.run_id
  LIMIT $limit
}
RETURN key, node {.*, created_at: toString(node.created_at), finished_at: toString(node.finished_at), promoted_at: toString(node.promoted_at)} AS node
