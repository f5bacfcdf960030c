// Model runs that were begun and neither finished nor retired, with the time of their beginning. No parameters.
MATCH (run:ModelRun)
WHERE NOT run.status IN ['finished', 'retired', 'failed']
RETURN run.run_id AS run_id, run.model AS model, run.status AS status, toString(run.created_at) AS created_at
ORDER BY run_id
