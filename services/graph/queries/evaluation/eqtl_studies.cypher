// Which eQTL studies are active, and by which load is each in the graph?
// $load_ids: loads of the release.
MATCH (study:Study {kind: 'eqtl'})
WHERE study.active_load_id IN $load_ids
RETURN study.study_id AS study_id, study.active_load_id AS load_id
ORDER BY study_id
