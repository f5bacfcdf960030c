// How many SNPs are there? No parameters.
MATCH (snp:SNP)
RETURN count(snp) AS n_snps
