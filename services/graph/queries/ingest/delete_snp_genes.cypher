// Deletes edges from SNPs to the nearest genes that hold no more.
// $rows: key, gene_id.
UNWIND $rows AS row
MATCH (:SNP {key: row.key})-[edge:NEAR]->(:Gene {gene_id: row.gene_id})
DELETE edge
