// Deletes edges from SNPs to their LD blocks that hold no more.
// $rows: key, block_id.
UNWIND $rows AS row
MATCH (:SNP {key: row.key})-[edge:IN_LD_BLOCK]->(:LDBlock {block_id: row.block_id})
DELETE edge
