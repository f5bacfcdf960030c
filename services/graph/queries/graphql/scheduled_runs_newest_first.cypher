// One page of the scheduler's ledger, newest first, ties by fingerprint.
// Parameters: keys (one word), kind or null, status or null, after_value and after_key (null on the first page), limit.
UNWIND $keys AS key
CALL () {
  MATCH (node:ScheduledRun)
  WHERE ($kind IS NULL OR node.kind = $kind) AND ($status IS NULL OR node.status = $status)
  WITH node, -1.0 * coalesce(node.created_at.epochMillis, 0) AS value
  WHERE $after_value IS NULL OR value > $after_value OR (value = $after_value AND node.fingerprint > $after_key)
  RETURN node, value
  ORDER BY value, node.fingerprint
  LIMIT $limit
}
RETURN key, value, node {.*, due_at: toString(node.due_at), created_at: toString(node.created_at), finished_at: toString(node.finished_at), expires_at: null, not_before: null} AS node
