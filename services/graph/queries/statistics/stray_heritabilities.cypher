// Which traits carry a heritability of a run that is not in the release?
// $run_ids: runs of the release.
MATCH (trait:Trait)
WHERE trait.heritability_run_id IS NOT NULL AND NOT trait.heritability_run_id IN $run_ids
RETURN DISTINCT trait.heritability_run_id AS run_id
