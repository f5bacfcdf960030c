// Which run of the champion's training is of a method? The champion itself where its method is asked for.
// Parameters: keys (methods in lower case), run_ids, champion_run_id (current release).
UNWIND $keys AS key
MATCH (champion:ModelRun {run_id: $champion_run_id})
MATCH (run:ModelRun)
WHERE run.run_id IN $run_ids AND toLower(coalesce(run.method, '')) = key
  AND (run.run_id = champion.run_id OR run.training_id = champion.training_id)
RETURN key, run.run_id AS run_id
ORDER BY run_id
