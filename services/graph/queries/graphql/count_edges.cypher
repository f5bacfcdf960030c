// How many edges of each kind readers see. Parameters: load_ids, run_ids, champion_run_id (current release).
CALL () { MATCH ()-[edge:MQTL]->() WHERE edge.load_id IN $load_ids AND NOT edge.is_superseded RETURN count(edge) AS mqtl }
CALL () { MATCH ()-[edge:EQTL]->() WHERE edge.load_id IN $load_ids AND NOT edge.is_superseded RETURN count(edge) AS eqtl }
CALL () { MATCH ()-[edge:ASSOCIATED_WITH]->() WHERE edge.load_id IN $load_ids AND NOT edge.is_superseded RETURN count(edge) AS associations }
CALL () { MATCH ()-[edge:EQTM]->() WHERE edge.load_id IN $load_ids RETURN count(edge) AS eqtm }
CALL () { MATCH ()-[edge:PREDICTED_ASSOCIATION]->() WHERE edge.run_id = $champion_run_id RETURN count(edge) AS predicted }
CALL () { MATCH ()-[edge:IN_LD_WITH]->() WHERE edge.run_id IN $run_ids RETURN count(edge) AS ld_pairs }
CALL () { MATCH ()-[edge:ENRICHED_IN]->() WHERE edge.run_id IN $run_ids RETURN count(edge) AS enrichments }
CALL () { MATCH ()-[edge:GENETIC_CORRELATION]->() WHERE edge.run_id IN $run_ids RETURN count(edge) AS genetic_correlations }
RETURN mqtl, eqtl, associations, eqtm, predicted, ld_pairs, enrichments, genetic_correlations
