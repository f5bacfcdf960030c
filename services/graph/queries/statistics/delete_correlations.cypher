// Deletes genetic correlations of runs that readers see no more.
// $run_ids: the runs.
MATCH (:Trait)-[edge:GENETIC_CORRELATION]->(:Trait)
WHERE edge.run_id IN $run_ids
DELETE edge
