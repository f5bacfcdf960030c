// Which model runs are known, the newest first?
// No parameters.
MATCH (run:ModelRun)
RETURN run.run_id AS run_id, run.model AS model, coalesce(run.scope, '') AS scope,
       coalesce(run.method, '') AS method, coalesce(run.training_id, '') AS training_id,
       run.champion_reason AS champion_reason, toString(run.promoted_at) AS promoted_at,
       coalesce(run.inputs, []) AS inputs, run.status AS status, run.fingerprint AS fingerprint,
       run.snapshot_fingerprint AS snapshot_fingerprint, run.release_number AS release_number,
       run.load_ids AS load_ids, run.seed AS seed, run.settings AS settings, run.metrics AS metrics,
       run.hit_at_50 AS hit_at_50, run.hit_at_50_best_baseline AS hit_at_50_best_baseline, run.n_snps AS n_snps,
       run.n_molecules AS n_molecules, run.n_edges AS n_edges, run.n_predictions AS n_predictions,
       run.artefact_path AS artefact_path, run.code_version AS code_version,
       toString(run.created_at) AS created_at, toString(run.finished_at) AS finished_at
ORDER BY run.created_at DESC, run.run_id
