// CpGs by id. Parameters: keys.
UNWIND $keys AS key
MATCH (node:CpG {cpg_id: key})
RETURN key, node {.*} AS node
