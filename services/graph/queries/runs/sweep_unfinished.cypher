// Removes runs that were begun and never finished.
// $keep: run ids that stay whatever their status.
MATCH (run:ModelRun)
WHERE NOT run.status IN ['finished', 'retired'] AND NOT run.run_id IN $keep
DETACH DELETE run
