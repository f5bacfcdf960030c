// Every Annotation node that the current release shows. Parameters: load_ids.
MATCH (node:Annotation)
WHERE node.load_id IN $load_ids
RETURN properties(node) AS properties
