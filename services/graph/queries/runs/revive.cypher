// Marks retired runs finished again: readers see them once more.
// $run_ids: the runs.
MATCH (run:ModelRun)
WHERE run.run_id IN $run_ids AND run.status = 'retired'
SET run.status = 'finished'
