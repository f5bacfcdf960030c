// By which keys and rsids may tables know the SNPs of the graph?
// No parameters.
MATCH (snp:SNP)
RETURN snp.key AS key, coalesce(snp.rsids, []) AS rsids
