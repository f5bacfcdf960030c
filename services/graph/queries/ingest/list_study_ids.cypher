// The ids of all Study nodes. No parameters.
MATCH (study:Study)
RETURN study.study_id AS study_id
ORDER BY study_id
