// Functional categories by id, in the current release. Parameters: keys, load_ids.
UNWIND $keys AS key
MATCH (node:Annotation {annotation_id: key})
WHERE node.load_id IN $load_ids
RETURN key, node {.*} AS node
