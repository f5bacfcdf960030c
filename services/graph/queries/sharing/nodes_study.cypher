// Every Study node that the current release shows. Parameters: load_ids.
MATCH (node:Study)
WHERE node.active_load_id IN $load_ids
RETURN properties(node) AS properties
