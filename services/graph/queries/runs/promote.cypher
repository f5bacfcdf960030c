// Notes that a run became champion, in the transaction that also switches the release.
// $run_id: the run; $reason: why.
MATCH (run:ModelRun {run_id: $run_id})
SET run.status = 'finished', run.promoted_at = datetime(), run.champion_reason = $reason
RETURN run.run_id AS run_id
