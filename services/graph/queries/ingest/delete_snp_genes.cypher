// Deletes edges from SNPs to the nearest genes that hold no more.
// $rows: lists of key, gene_id.
UNWIND $rows AS row
MATCH (:SNP {key: row[0]})-[edge:NEAR]->(:Gene {gene_id: row[1]})
DELETE edge
