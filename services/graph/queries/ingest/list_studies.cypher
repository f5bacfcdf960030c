// The loaded studies with their active loads, by id. $load_ids: loads of the current release.
MATCH (study:Study)
WHERE study.active_load_id IN $load_ids
MATCH (load:Load {load_id: study.active_load_id})
RETURN study.study_id AS study_id, study.kind AS kind, study.build AS build, study.statistics AS statistics,
       study.citation AS citation, study.licence AS licence, load.load_id AS load_id, load.n_read AS n_read,
       load.n_written AS n_written, load.n_skipped AS n_skipped, load.n_refused AS n_refused,
       toString(load.created_at) AS created_at
ORDER BY study_id
