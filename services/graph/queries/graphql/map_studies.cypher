// Studies of the current release by id, for many texts at once.
// Parameters: rows (each with key, the text; forms, the ids it may mean), load_ids (current release).
UNWIND $rows AS row
UNWIND row.forms AS form
MATCH (node:Study {study_id: form})
WHERE node.active_load_id IN $load_ids
  OR EXISTS { MATCH (load:Load {study_id: node.study_id}) WHERE load.load_id IN $load_ids }
RETURN DISTINCT row.key AS key, node.study_id AS id, 'id' AS matched
ORDER BY key, id
