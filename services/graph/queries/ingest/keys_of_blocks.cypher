// The keys of all LD-block nodes, whoever wrote them. No parameters.
MATCH (node:LDBlock)
RETURN node.block_id AS key
