// Deletes the eQTL edges of one load, which readers do not see, in batches. $load_id, $batch: edges a transaction.
MATCH ()-[edge:EQTL {load_id: $load_id}]->()
CALL (edge) { DELETE edge } IN TRANSACTIONS OF $batch ROWS
