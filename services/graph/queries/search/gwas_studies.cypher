// Which GWAS are active, and what must a test on them know?
// $load_ids: loads of the release.
MATCH (study:Study)
WHERE study.kind = 'gwas' AND study.active_load_id IN $load_ids
RETURN study.study_id AS study_id, study.active_load_id AS load_id, study.statistics AS statistics,
       study.ancestry AS ancestry, study.build AS build, study.n_samples AS n_samples,
       study.p_threshold AS p_threshold, coalesce(study.cohorts, []) AS cohorts, study.table_path AS table_path
ORDER BY study_id
