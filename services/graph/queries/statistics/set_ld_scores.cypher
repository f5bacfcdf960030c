// Sets LD scores of a run that readers see already; a null removes one.
// $rows: lists of key, LD score; $run_id: the run.
UNWIND $rows AS row
MATCH (snp:SNP {key: row[0]})
SET snp.ld_score = row[1], snp.ld_score_run_id = CASE WHEN row[1] IS NULL THEN NULL ELSE $run_id END
