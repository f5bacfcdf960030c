// Marks runs retired: finished once, no longer seen by readers.
// $run_ids: the runs.
MATCH (run:ModelRun)
WHERE run.run_id IN $run_ids AND run.status = 'finished'
SET run.status = 'retired'
