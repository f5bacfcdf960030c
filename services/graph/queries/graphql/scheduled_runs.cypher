// Lines of the scheduler's ledger by fingerprint. Parameters: keys.
UNWIND $keys AS key
MATCH (node:ScheduledRun {fingerprint: key})
RETURN key, node {.*, due_at: toString(node.due_at), created_at: toString(node.created_at), finished_at: toString(node.finished_at), expires_at: null, not_before: null} AS node
