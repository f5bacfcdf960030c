// Removes expected heritabilities of runs that readers do not see, in batches that commit themselves.
// $keep: runs whose values stay; $batch: SNPs a transaction.
MATCH (snp:SNP)
WHERE any(run_id IN snp.expected_heritability_run_ids WHERE NOT run_id IN $keep)
CALL (snp) {
  WITH snp, [at IN range(0, size(snp.expected_heritability_run_ids) - 1)
             WHERE snp.expected_heritability_run_ids[at] IN $keep] AS kept
  SET snp.expected_heritability =
        CASE WHEN size(kept) > 0 THEN [at IN kept | snp.expected_heritability[at]] END,
      snp.expected_heritability_run_ids =
        CASE WHEN size(kept) > 0 THEN [at IN kept | snp.expected_heritability_run_ids[at]] END
} IN TRANSACTIONS OF $batch ROWS
