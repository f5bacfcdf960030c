// Studies by id with the report of the load that readers of the release see.
// Parameters: keys, load_ids.
UNWIND $keys AS key
MATCH (node:Study {study_id: key})
OPTIONAL MATCH (load:Load {study_id: key})
WHERE load.load_id IN $load_ids
WITH key, node, load
WHERE load IS NOT NULL OR node.active_load_id IN $load_ids
RETURN key, node {.*} AS node, load {.*, created_at: toString(load.created_at)} AS load
