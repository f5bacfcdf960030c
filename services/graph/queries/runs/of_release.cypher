// Which of the runs that readers see are of one model?
// $run_ids: runs of the current release; $model: the model.
MATCH (run:ModelRun)
WHERE run.run_id IN $run_ids AND run.model = $model
RETURN run.run_id AS run_id, coalesce(run.scope, '') AS scope
ORDER BY scope, run_id
