// Version 1 to 2: what positions sources report has a name of its own; ld_score is for what runs compute.
// No parameters.
MATCH (snp:SNP)
WHERE snp.ld_score IS NOT NULL AND snp.ld_score_run_id IS NULL
CALL (snp) {
  SET snp.reported_ld_score = snp.ld_score
  REMOVE snp.ld_score
} IN TRANSACTIONS OF 10000 ROWS
