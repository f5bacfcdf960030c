// Deletes edges from SNPs to their LD blocks that hold no more.
// $rows: lists of key, block_id.
UNWIND $rows AS row
MATCH (:SNP {key: row[0]})-[edge:IN_LD_BLOCK]->(:LDBlock {block_id: row[1]})
DELETE edge
