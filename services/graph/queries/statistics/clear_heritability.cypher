// Removes heritabilities of runs that readers see no more.
// $run_ids: the runs; $properties: every property of a heritability as null.
MATCH (trait:Trait)
WHERE trait.heritability_run_id IN $run_ids
SET trait += $properties
