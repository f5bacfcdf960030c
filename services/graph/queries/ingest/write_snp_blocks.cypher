// Writes edges from SNPs to their LD blocks; writing again changes nothing.
// $rows: lists of key, block_id, load_id, study_id.
UNWIND $rows AS row
MATCH (source:SNP {key: row[0]})
MATCH (target:LDBlock {block_id: row[1]})
MERGE (source)-[edge:IN_LD_BLOCK]->(target)
SET edge += {load_id: row[2], study_id: row[3]}
