// Deletes edges from CpGs to their LD blocks that hold no more.
// $rows: cpg_id, block_id.
UNWIND $rows AS row
MATCH (:CpG {cpg_id: row.cpg_id})-[edge:IN_LD_BLOCK]->(:LDBlock {block_id: row.block_id})
DELETE edge
