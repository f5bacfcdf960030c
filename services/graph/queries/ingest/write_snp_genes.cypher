// Writes edges from SNPs to the nearest genes; writing again changes nothing.
// $rows: lists of key, gene_id, distance_bp, rank, load_id, study_id.
UNWIND $rows AS row
MATCH (source:SNP {key: row[0]})
MATCH (target:Gene {gene_id: row[1]})
MERGE (source)-[edge:NEAR]->(target)
SET edge += {distance_bp: row[2], rank: row[3], load_id: row[4], study_id: row[5]}
