// Takes what one scan of people says from SNPs.
// $rows: lists of key; $run_id: the run.
UNWIND $rows AS row
MATCH (snp:SNP {key: row[0]})
WITH snp, [at IN range(0, size(coalesce(snp.lmm_run_ids, [])) - 1) WHERE snp.lmm_run_ids[at] <> $run_id] AS kept
SET snp.lmm_effect_sizes = CASE WHEN size(kept) > 0 THEN [at IN kept | snp.lmm_effect_sizes[at]] END,
    snp.lmm_standard_errors = CASE WHEN size(kept) > 0 THEN [at IN kept | snp.lmm_standard_errors[at]] END,
    snp.lmm_neg_log10_ps = CASE WHEN size(kept) > 0 THEN [at IN kept | snp.lmm_neg_log10_ps[at]] END,
    snp.lmm_run_ids = CASE WHEN size(kept) > 0 THEN [at IN kept | snp.lmm_run_ids[at]] END
