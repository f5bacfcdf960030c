// Removes staged LD scores of every run but one, in batches that commit themselves.
// $keep: the run whose staged values stay, or null; $batch: SNPs a transaction.
MATCH (snp:SNP)
WHERE snp.staged_ld_score_run_id IS NOT NULL AND ($keep IS NULL OR snp.staged_ld_score_run_id <> $keep)
CALL (snp) {
  REMOVE snp.staged_ld_score, snp.staged_ld_score_run_id
} IN TRANSACTIONS OF $batch ROWS
