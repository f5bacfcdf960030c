// Every LDBlock node that the current release shows. Parameters: load_ids.
MATCH (node:LDBlock)
WHERE node.load_id IS NULL OR node.load_id IN $load_ids
RETURN properties(node) AS properties
