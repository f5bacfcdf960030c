// How many SNPs carry a result of a scan of people?
// $run_id: the run.
MATCH (snp:SNP)
WHERE $run_id IN snp.lmm_run_ids
RETURN count(snp) AS n_snps
