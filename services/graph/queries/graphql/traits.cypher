// Traits by id. Parameters: keys.
UNWIND $keys AS key
MATCH (node:Trait {trait_id: key})
RETURN key, node {.*} AS node
