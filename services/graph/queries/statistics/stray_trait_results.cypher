// Which traits carry results of a run that is not in the release?
// $run_ids: runs of the release; $owners: the properties that name runs.
MATCH (trait:Trait)
UNWIND $owners AS owner
WITH trait[owner] AS run_id
WHERE run_id IS NOT NULL AND NOT run_id IN $run_ids
RETURN DISTINCT run_id
