// Appends what a scan of people says of SNPs under its run; where the run is there already nothing changes.
// $rows: lists of key, effect of allele_1, standard error, -log10 p (NaN for none); $run_id: the run.
UNWIND $rows AS row
MATCH (snp:SNP {key: row[0]})
WHERE NOT $run_id IN coalesce(snp.lmm_run_ids, [])
SET snp.lmm_run_ids = coalesce(snp.lmm_run_ids, []) + $run_id,
    snp.lmm_effect_sizes = coalesce(snp.lmm_effect_sizes, []) + row[1],
    snp.lmm_standard_errors = coalesce(snp.lmm_standard_errors, []) + row[2],
    snp.lmm_neg_log10_ps = coalesce(snp.lmm_neg_log10_ps, []) + row[3]
