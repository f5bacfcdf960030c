// The keys of all gene nodes, whoever wrote them. No parameters.
MATCH (node:Gene)
RETURN node.gene_id AS key
