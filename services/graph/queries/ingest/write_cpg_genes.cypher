// Writes edges from CpGs to the nearest genes; writing again changes nothing.
// $rows: cpg_id, gene_id, distance_bp, rank, load_id, study_id.
UNWIND $rows AS row
MATCH (source:CpG {cpg_id: row.cpg_id})
MATCH (target:Gene {gene_id: row.gene_id})
MERGE (source)-[edge:NEAR]->(target)
SET edge.distance_bp = row.distance_bp, edge.rank = row.rank, edge.load_id = row.load_id, edge.study_id = row.study_id
