// One page of the studies of the current release with their reports, by id.
// Parameters: keys (one word, "current"), load_ids, after_key (null on the first page), limit.
UNWIND $keys AS key
CALL (key) {
  MATCH (study:Study)
  WHERE study.active_load_id IN $load_ids AND ($after_key IS NULL OR study.study_id > $after_key)
  RETURN study
  ORDER BY study.study_id
  LIMIT $limit
}
OPTIONAL MATCH (load:Load {load_id: study.active_load_id})
RETURN key, study {.*} AS node, load {.*, created_at: toString(load.created_at)} AS load
