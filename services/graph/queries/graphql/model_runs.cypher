// Model runs by id. Parameters: keys.
UNWIND $keys AS key
MATCH (node:ModelRun {run_id: key})
RETURN key, node {.*, created_at: toString(node.created_at), finished_at: toString(node.finished_at),
  promoted_at: toString(node.promoted_at)} AS node
