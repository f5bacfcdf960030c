// Deletes enrichments of runs that readers see no more.
// $run_ids: the runs.
MATCH (:Trait)-[edge:ENRICHED_IN]->(:Annotation)
WHERE edge.run_id IN $run_ids
DELETE edge
