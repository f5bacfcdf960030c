// Writes predicted edges from SNPs to Trait nodes under a run that readers do not see yet; writing again changes nothing.
// $rows: edge_key, snp, target, rank, score, probability, null_percentile, query_snps, block_id;
// $run_id, $model, $method: what wrote them.
UNWIND $rows AS row
MATCH (snp:SNP {key: row.snp})
MATCH (target:Trait {trait_id: row.target})
MERGE (snp)-[edge:PREDICTED_ASSOCIATION {edge_key: row.edge_key}]->(target)
SET edge.run_id = $run_id, edge.model = $model, edge.method = $method, edge.rank = row.rank, edge.score = row.score,
    edge.probability = row.probability, edge.null_percentile = row.null_percentile,
    edge.query_snps = row.query_snps, edge.block_id = row.block_id, edge.knowledge_level = 'prediction'
