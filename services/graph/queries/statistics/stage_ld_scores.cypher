// Puts LD scores of a run beside the ones that readers see; a null stands for a SNP that the run has none for.
// $rows: lists of key, LD score; $run_id: the run.
UNWIND $rows AS row
MATCH (snp:SNP {key: row[0]})
SET snp.staged_ld_score = row[1], snp.staged_ld_score_run_id = $run_id
