// One page of the studies of the release with their reports, by id.
// Parameters: keys (one word, "current"), load_ids, after_key (null on the first page), limit.
UNWIND $keys AS key
CALL (key) {
  MATCH (study:Study)
  WHERE ($after_key IS NULL OR study.study_id > $after_key) AND (study.active_load_id IN $load_ids
    OR EXISTS { MATCH (load:Load {study_id: study.study_id}) WHERE load.load_id IN $load_ids })
  RETURN study
  ORDER BY study.study_id
  LIMIT $limit
}
OPTIONAL MATCH (load:Load {study_id: study.study_id})
WHERE load.load_id IN $load_ids
RETURN key, study {.*} AS node, load {.*, created_at: toString(load.created_at)} AS load
