// One page of every release that there was, newest first. Parameters: keys (one word), after_value (null on the first page), limit.
UNWIND $keys AS key
CALL () {
  MATCH (release:Release)
  WHERE $after_value IS NULL OR release.number < -$after_value
  RETURN release
  ORDER BY release.number DESC
  LIMIT $limit
}
RETURN key, release {.*, created_at: toString(release.created_at)} AS node
