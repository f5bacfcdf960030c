// Which LD panels are active, and where are their files?
// $load_ids: loads of the release.
MATCH (study:Study)
WHERE study.kind = 'ld_panel' AND study.active_load_id IN $load_ids
RETURN study.study_id AS study_id, study.active_load_id AS load_id, study.ancestry AS ancestry,
       study.build AS build, study.table_path AS table_path, study.settings AS settings
ORDER BY study_id
