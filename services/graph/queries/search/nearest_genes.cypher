// Which genes lie nearest to these SNPs?
// $keys; $load_ids: loads of the release.
UNWIND $keys AS wanted
MATCH (snp:SNP {key: wanted})-[near:NEAR]->(gene:Gene)
WHERE near.load_id IN $load_ids
RETURN snp.key AS key, gene.gene_id AS gene_id, gene.symbol AS symbol, near.distance_bp AS distance_bp,
       near.rank AS rank
ORDER BY key, rank, gene_id
