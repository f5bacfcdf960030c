// Moves the LD scores of a run that readers see to their place, in batches that commit themselves.
// $run_id: the run; $batch: SNPs a transaction.
MATCH (snp:SNP)
WHERE snp.staged_ld_score_run_id = $run_id
CALL (snp) {
  SET snp.ld_score_run_id = CASE WHEN snp.staged_ld_score IS NULL THEN NULL ELSE $run_id END,
      snp.ld_score = snp.staged_ld_score
  REMOVE snp.staged_ld_score, snp.staged_ld_score_run_id
} IN TRANSACTIONS OF $batch ROWS
