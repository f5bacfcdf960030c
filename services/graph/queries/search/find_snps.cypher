// SNPs with one of these keys.
// $keys: the text as written and in small letters; $limit.
UNWIND $keys AS wanted
MATCH (snp:SNP {key: wanted})
RETURN DISTINCT snp.key AS id, coalesce(snp.rsids, []) AS rsids, snp.chromosome AS chromosome,
       snp.position_bp AS position_bp
ORDER BY id
LIMIT $limit
