// Removes what runs say of traits that readers see no more.
// $run_ids: the runs; $owner: the property that names the run; $properties: every property of its group as null.
MATCH (trait:Trait)
WHERE trait[$owner] IN $run_ids
SET trait += $properties
