// The nearest genes of several CpGs, nearest first. Parameters: keys, load_ids (current release).
UNWIND $keys AS key
MATCH (place:CpG {cpg_id: key})-[edge:NEAR]->(gene:Gene)
WHERE edge.load_id IN $load_ids
RETURN key, gene.gene_id AS target, edge.distance_bp AS distance_bp, edge.rank AS rank, edge.study_id AS study_id
ORDER BY key, rank, target
