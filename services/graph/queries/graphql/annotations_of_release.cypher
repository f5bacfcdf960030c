// One page of the functional categories of the current release, by id.
// Parameters: keys (one word), load_ids (current release), after_key (null on the first page), limit.
UNWIND $keys AS key
CALL () {
  MATCH (annotation:Annotation)
  WHERE annotation.load_id IN $load_ids AND annotation.annotation_id > coalesce($after_key, '')
  RETURN annotation
  ORDER BY annotation.annotation_id
  LIMIT $limit
}
RETURN key, annotation {.*} AS node
