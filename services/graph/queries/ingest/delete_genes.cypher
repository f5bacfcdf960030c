// Deletes gene nodes that no load needs any more, with all their edges.
// $rows: lists of gene_id.
UNWIND $rows AS row
MATCH (node:Gene {gene_id: row[0]})
DETACH DELETE node
