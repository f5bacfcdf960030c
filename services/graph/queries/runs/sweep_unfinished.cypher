// Removes runs of some models that were begun and never finished.
// $models: models whose runs the caller may sweep; $keep: run ids that stay whatever their status.
MATCH (run:ModelRun)
WHERE run.model IN $models AND NOT run.status IN ['finished', 'retired'] AND NOT run.run_id IN $keep
DETACH DELETE run
