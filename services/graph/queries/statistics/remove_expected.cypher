// Takes the expected heritability of one run from SNPs.
// $rows: lists of key; $run_id: the run.
UNWIND $rows AS row
MATCH (snp:SNP {key: row[0]})
WITH snp, [at IN range(0, size(coalesce(snp.expected_heritability_run_ids, [])) - 1)
           WHERE snp.expected_heritability_run_ids[at] <> $run_id] AS kept
SET snp.expected_heritability =
      CASE WHEN size(kept) > 0 THEN [at IN kept | snp.expected_heritability[at]] END,
    snp.expected_heritability_run_ids =
      CASE WHEN size(kept) > 0 THEN [at IN kept | snp.expected_heritability_run_ids[at]] END
