// Notes that a model run is being made; a run that was begun before keeps its beginning.
// $run_id, $fingerprint, $properties: what describes the run.
MERGE (run:ModelRun {run_id: $run_id})
ON CREATE SET run.created_at = datetime()
SET run += $properties, run.fingerprint = $fingerprint, run.status = 'training'
