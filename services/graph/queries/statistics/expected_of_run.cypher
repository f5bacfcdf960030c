// Which SNPs carry the expected heritability of a run, and what is it?
// $run_id: the run.
MATCH (snp:SNP)
WHERE $run_id IN snp.expected_heritability_run_ids
RETURN snp.key AS key,
       [at IN range(0, size(snp.expected_heritability_run_ids) - 1)
        WHERE snp.expected_heritability_run_ids[at] = $run_id | snp.expected_heritability[at]][0] AS value
