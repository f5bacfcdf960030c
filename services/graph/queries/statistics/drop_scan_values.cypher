// Removes what scans of people say of SNPs but for some runs, in batches that commit themselves.
// $keep: runs whose values stay; $batch: SNPs a transaction.
MATCH (snp:SNP)
WHERE any(run_id IN snp.lmm_run_ids WHERE NOT run_id IN $keep)
CALL (snp) {
  WITH snp, [at IN range(0, size(snp.lmm_run_ids) - 1) WHERE snp.lmm_run_ids[at] IN $keep] AS kept
  SET snp.lmm_effect_sizes = CASE WHEN size(kept) > 0 THEN [at IN kept | snp.lmm_effect_sizes[at]] END,
      snp.lmm_standard_errors = CASE WHEN size(kept) > 0 THEN [at IN kept | snp.lmm_standard_errors[at]] END,
      snp.lmm_neg_log10_ps = CASE WHEN size(kept) > 0 THEN [at IN kept | snp.lmm_neg_log10_ps[at]] END,
      snp.lmm_run_ids = CASE WHEN size(kept) > 0 THEN [at IN kept | snp.lmm_run_ids[at]] END
} IN TRANSACTIONS OF $batch ROWS
