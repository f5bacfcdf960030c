// One page of every run of a model that was begun, also failed and retired ones, newest first, ties by id.
// Parameters: keys (one word), model or null, scope or null, status or null, after_value and after_key (null on the first page), limit.
UNWIND $keys AS key
CALL () {
  MATCH (run:ModelRun)
  WHERE ($model IS NULL OR run.model = $model) AND ($scope IS NULL OR run.scope = $scope)
    AND ($status IS NULL OR run.status = $status)
  WITH run, -1.0 * coalesce(run.created_at.epochMillis, 0) AS value
  WHERE $after_value IS NULL OR value > $after_value OR (value = $after_value AND run.run_id > $after_key)
  RETURN run, value
  ORDER BY value, run.run_id
  LIMIT $limit
}
RETURN key, value, run {.*, created_at: toString(run.created_at), finished_at: toString(run.finished_at),
  promoted_at: toString(run.promoted_at)} AS node
