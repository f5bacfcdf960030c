// Studies of the current release by tissue. Parameters: keys (tissues in small letters), load_ids.
UNWIND $keys AS key
MATCH (study:Study)
WHERE study.active_load_id IN $load_ids AND toLower(study.tissue) = key
RETURN key, study.study_id AS study_id
ORDER BY key, study_id
