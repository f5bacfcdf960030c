// Which runs have enrichments or genetic correlations?
// No parameters.
MATCH (:Trait)-[edge:ENRICHED_IN]->(:Annotation)
RETURN DISTINCT edge.run_id AS run_id
UNION
MATCH (:Trait)-[edge:GENETIC_CORRELATION]->(:Trait)
RETURN DISTINCT edge.run_id AS run_id
