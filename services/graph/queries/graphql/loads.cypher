// Loads of the current release by id. Parameters: keys, load_ids.
UNWIND $keys AS key
MATCH (node:Load {load_id: key})
WHERE node.load_id IN $load_ids
RETURN key, node {.*, created_at: toString(node.created_at)} AS node
