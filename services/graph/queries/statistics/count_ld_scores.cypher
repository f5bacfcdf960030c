// How many SNPs carry an LD score of a run?
// $run_id: the run.
MATCH (snp:SNP)
WHERE snp.ld_score_run_id = $run_id
RETURN count(snp) AS n_snps
