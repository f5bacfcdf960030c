// What does a scan of people say of SNPs, as their nodes carry it?
// $run_id: the run.
MATCH (snp:SNP)
WHERE $run_id IN snp.lmm_run_ids
WITH snp, [at IN range(0, size(snp.lmm_run_ids) - 1) WHERE snp.lmm_run_ids[at] = $run_id][0] AS at
RETURN snp.key AS key, snp.lmm_effect_sizes[at] AS effect_size, snp.lmm_standard_errors[at] AS standard_error,
       snp.lmm_neg_log10_ps[at] AS neg_log10_p
