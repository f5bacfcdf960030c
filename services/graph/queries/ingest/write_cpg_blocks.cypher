// Writes edges from CpGs to their LD blocks; writing again changes nothing.
// $rows: cpg_id, block_id, load_id, study_id.
UNWIND $rows AS row
MATCH (source:CpG {cpg_id: row.cpg_id})
MATCH (target:LDBlock {block_id: row.block_id})
MERGE (source)-[edge:IN_LD_BLOCK]->(target)
SET edge.load_id = row.load_id, edge.study_id = row.study_id
