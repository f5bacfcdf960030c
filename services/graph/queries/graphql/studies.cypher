// Studies by id with their active load's report. Parameters: keys, load_ids.
UNWIND $keys AS key
MATCH (node:Study {study_id: key})
WHERE node.active_load_id IN $load_ids
OPTIONAL MATCH (load:Load {load_id: node.active_load_id})
RETURN key, node {.*} AS node, load {.*, created_at: toString(load.created_at)} AS load
