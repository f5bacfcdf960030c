// Says that edges and nodes are being changed, so that analysts' queries wait. Parameters: reason.
MERGE (schema:SchemaVersion {name: 'locusgraph'})
SET schema.changing = $reason, schema.n_changes = coalesce(schema.n_changes, 0) + 1
