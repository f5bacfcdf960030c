// Which molecular QTL studies are active, in which people?
// $load_ids: loads of the release.
MATCH (study:Study)
WHERE study.kind IN ['mqtl', 'eqtl'] AND study.active_load_id IN $load_ids
RETURN study.study_id AS study_id, study.ancestry AS ancestry, coalesce(study.cohorts, []) AS cohorts
ORDER BY study_id
