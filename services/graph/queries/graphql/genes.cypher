// Genes by id. Parameters: keys.
UNWIND $keys AS key
MATCH (node:Gene {gene_id: key})
RETURN key, node {.*} AS node
