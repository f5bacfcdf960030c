// Deletes edges from CpGs to their LD blocks that hold no more.
// $rows: lists of cpg_id, block_id.
UNWIND $rows AS row
MATCH (:CpG {cpg_id: row[0]})-[edge:IN_LD_BLOCK]->(:LDBlock {block_id: row[1]})
DELETE edge
