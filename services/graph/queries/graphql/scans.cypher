// One page of the scans of people that readers see, by trait: a release names at most one for each.
// Parameters: run_ids (current release), after (trait id; empty on the first page), limit.
MATCH (run:ModelRun)
WHERE run.run_id IN $run_ids AND run.model = 'lmm' AND run.scope > $after
WITH run ORDER BY run.scope LIMIT $limit
OPTIONAL MATCH (trait:Trait {trait_id: run.scope})
RETURN run.run_id AS run_id, run.scope AS trait_id, trait.name AS trait_name, run.metrics AS metrics,
       toString(run.finished_at) AS finished_at
ORDER BY trait_id
