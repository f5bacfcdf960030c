// How many model runs are there of each model in each status, and when did the last finish? For metrics.
// No parameters.
MATCH (run:ModelRun)
RETURN run.model AS model, run.status AS status, count(run) AS n_runs,
       max(run.finished_at).epochSeconds AS last_seconds
ORDER BY model, status
