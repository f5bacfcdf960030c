// Deletes every pair of the runs named, in batches that commit themselves.
// $run_ids: runs that no reader sees; $batch: edges a transaction.
MATCH ()-[edge:IN_LD_WITH]->()
WHERE edge.run_id IN $run_ids
CALL (edge) { DELETE edge } IN TRANSACTIONS OF $batch ROWS
