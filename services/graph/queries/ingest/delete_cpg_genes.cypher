// Deletes edges from CpGs to the nearest genes that hold no more.
// $rows: lists of cpg_id, gene_id.
UNWIND $rows AS row
MATCH (:CpG {cpg_id: row[0]})-[edge:NEAR]->(:Gene {gene_id: row[1]})
DELETE edge
