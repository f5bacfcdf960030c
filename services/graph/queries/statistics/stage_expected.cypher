// Appends the expected heritability of SNPs under a run; where the run is there already nothing changes.
// $rows: lists of key, value; $run_id: the run.
UNWIND $rows AS row
MATCH (snp:SNP {key: row[0]})
WHERE NOT $run_id IN coalesce(snp.expected_heritability_run_ids, [])
SET snp.expected_heritability = coalesce(snp.expected_heritability, []) + row[1],
    snp.expected_heritability_run_ids = coalesce(snp.expected_heritability_run_ids, []) + $run_id
