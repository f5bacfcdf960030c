// LD blocks by id. Parameters: keys.
UNWIND $keys AS key
MATCH (node:LDBlock {block_id: key})
RETURN key, node {.*} AS node
