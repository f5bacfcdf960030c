// The LD blocks of several CpGs. Parameters: keys, load_ids (current release).
UNWIND $keys AS key
MATCH (place:CpG {cpg_id: key})-[edge:IN_LD_BLOCK]->(block:LDBlock)
WHERE edge.load_id IN $load_ids OR block.is_pseudo
RETURN key, block {.*} AS node
ORDER BY key, block.is_pseudo, block.block_id
