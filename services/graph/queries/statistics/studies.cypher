// Which active studies of some kinds are there, and what are their loads made from?
// $kinds: kinds of study; $load_ids: loads of the release.
MATCH (study:Study)
WHERE study.kind IN $kinds AND study.active_load_id IN $load_ids
OPTIONAL MATCH (load:Load {load_id: study.active_load_id})
RETURN study.study_id AS study_id, study.kind AS kind, study.active_load_id AS load_id, study.ancestry AS ancestry,
       study.build AS build, study.table_path AS table_path, study.table_sha256 AS table_sha256,
       study.settings AS settings, coalesce(load.file_sha256s, []) AS file_sha256s
ORDER BY study_id
