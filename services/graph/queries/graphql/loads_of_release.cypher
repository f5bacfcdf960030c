// One page of the loads of the current release, by id. Parameters: keys (one word), load_ids, after_key (null on the first page), limit.
UNWIND $keys AS key
CALL () {
  MATCH (load:Load)
  WHERE load.load_id IN $load_ids AND load.load_id > coalesce($after_key, '')
  RETURN load
  ORDER BY load.load_id
  LIMIT $limit
}
RETURN key, load {.*, created_at: toString(load.created_at)} AS node
