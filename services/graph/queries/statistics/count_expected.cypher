// How many SNPs carry the expected heritability of a run?
// $run_id: the run.
MATCH (snp:SNP)
WHERE $run_id IN snp.expected_heritability_run_ids
RETURN count(snp) AS n_snps
