// Marks a run finished with its results, in the transaction that also switches the release.
// $run_id: the run; $properties: metrics and counts.
MATCH (run:ModelRun {run_id: $run_id})
SET run += $properties, run.status = 'finished', run.finished_at = datetime()
RETURN run.run_id AS run_id
