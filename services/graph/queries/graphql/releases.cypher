// Releases by number. Parameters: keys (numbers as text).
UNWIND $keys AS key
MATCH (node:Release {number: toInteger(key)})
RETURN key, node {.*, created_at: toString(node.created_at)} AS node
