// Studies of the release by tissue. Parameters: keys (tissues in small letters), load_ids.
UNWIND $keys AS key
MATCH (study:Study)
WHERE toLower(study.tissue) = key AND (study.active_load_id IN $load_ids
  OR EXISTS { MATCH (load:Load {study_id: study.study_id}) WHERE load.load_id IN $load_ids })
RETURN key, study.study_id AS study_id
ORDER BY key, study_id
