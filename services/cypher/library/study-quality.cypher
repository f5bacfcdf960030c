// Rows of every study by what became of them, and its edges in the graph: what quality control left.
// @example
MATCH (load:Load)
WHERE load.load_id IN $load_ids
OPTIONAL MATCH (study:Study {study_id: load.study_id})
RETURN load.study_id AS study, study.kind AS kind, load.n_read AS n_read, load.n_written AS n_written,
       load.n_skipped AS n_skipped, load.n_refused AS n_refused,
       round(100.0 * load.n_refused / (CASE load.n_read WHEN 0 THEN 1 ELSE load.n_read END), 2) AS refused_percent
ORDER BY study
