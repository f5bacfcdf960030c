// Deletes edges from CpGs to the nearest genes that hold no more.
// $rows: cpg_id, gene_id.
UNWIND $rows AS row
MATCH (:CpG {cpg_id: row.cpg_id})-[edge:NEAR]->(:Gene {gene_id: row.gene_id})
DELETE edge
