// Which SNPs carry a computed LD score, staged or not, and of which run?
// No parameters.
MATCH (snp:SNP)
WHERE snp.ld_score_run_id IS NOT NULL OR snp.staged_ld_score_run_id IS NOT NULL
RETURN snp.key AS key, snp.ld_score AS ld_score, snp.ld_score_run_id AS run_id,
       snp.staged_ld_score_run_id AS staged_run_id
