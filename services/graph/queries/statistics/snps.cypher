// What are the names and places of all SNPs?
// No parameters.
MATCH (snp:SNP)
RETURN snp.key AS key, coalesce(snp.rsids, []) AS rsids, snp.chromosome AS chromosome,
       snp.position_bp AS position_bp, snp.build AS build
