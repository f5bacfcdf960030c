// Which runs of a release does a run replace? Those of its model and scope, whatever became of them.
// $run_id: the run; $run_ids: runs of the current release.
MATCH (run:ModelRun {run_id: $run_id})
MATCH (other:ModelRun)
WHERE other.run_id IN $run_ids AND other.run_id <> $run_id AND other.model = run.model
  AND coalesce(other.scope, '') = coalesce(run.scope, '')
RETURN other.run_id AS run_id
ORDER BY run_id
