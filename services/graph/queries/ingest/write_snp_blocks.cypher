// Writes edges from SNPs to their LD blocks; writing again changes nothing.
// $rows: key, block_id, load_id, study_id.
UNWIND $rows AS row
MATCH (source:SNP {key: row.key})
MATCH (target:LDBlock {block_id: row.block_id})
MERGE (source)-[edge:IN_LD_BLOCK]->(target)
SET edge.load_id = row.load_id, edge.study_id = row.study_id
