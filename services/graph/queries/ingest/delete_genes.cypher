// Deletes gene nodes that no load needs any more, with all their edges.
// $rows: gene_id.
UNWIND $rows AS row
MATCH (node:Gene {gene_id: row.gene_id})
DETACH DELETE node
