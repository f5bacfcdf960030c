// The keys of all CpG nodes, whoever wrote them. No parameters.
MATCH (node:CpG)
RETURN node.cpg_id AS key
