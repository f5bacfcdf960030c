// Removes LD scores of every run but one, in batches that commit themselves.
// $keep: the run whose values stay, or null; $batch: SNPs a transaction.
MATCH (snp:SNP)
WHERE snp.ld_score_run_id IS NOT NULL AND ($keep IS NULL OR snp.ld_score_run_id <> $keep)
CALL (snp) {
  REMOVE snp.ld_score, snp.ld_score_run_id
} IN TRANSACTIONS OF $batch ROWS
