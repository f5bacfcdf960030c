// The keys of all SNP nodes, whoever wrote them. No parameters.
MATCH (node:SNP)
RETURN node.key AS key
