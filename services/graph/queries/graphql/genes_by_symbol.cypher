// Genes by symbol; several genes may share one. Parameters: keys.
UNWIND $keys AS key
MATCH (node:Gene {symbol: key})
RETURN key, node {.*} AS node
ORDER BY key, node.gene_id
