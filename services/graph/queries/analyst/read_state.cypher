// What an analyst's query must know: the current release, whether a change is under way, and which loads and runs that
// no release names (staged, or retired and not yet swept) still have edges. One row, also in an empty store.
// While no change is under way, retired loads with edges are those that a kept release shows (setting kept_releases).
// Release and champion are found as in releases/read_current.
OPTIONAL MATCH (schema:SchemaVersion {name: 'locusgraph'})
OPTIONAL MATCH (release:Release)
WITH schema, release ORDER BY release.number DESC LIMIT 1
OPTIONAL MATCH (only:ModelRun {model: 'pinsage', status: 'finished'})
WHERE only.run_id IN release.run_ids
WITH schema, release, coalesce(release.load_ids, []) AS load_ids, coalesce(release.run_ids, []) AS run_ids,
     coalesce(release.champion_run_id, max(only.run_id)) AS champion_run_id
CALL (load_ids) {
  MATCH (load:Load)
  WHERE NOT load.load_id IN load_ids AND (
    EXISTS { MATCH ()-[edge:MQTL]->() WHERE edge.load_id = load.load_id }
    OR EXISTS { MATCH ()-[edge:EQTL]->() WHERE edge.load_id = load.load_id }
    OR EXISTS { MATCH ()-[edge:ASSOCIATED_WITH]->() WHERE edge.load_id = load.load_id }
    OR EXISTS { MATCH ()-[edge:EQTM]->() WHERE edge.load_id = load.load_id })
  WITH load, 'load ' + load.load_id + ' of ' + coalesce(load.study_id, '?') AS name
  RETURN collect(CASE WHEN load.status = 'retired' THEN null ELSE name END) AS loads,
         collect(CASE WHEN load.status = 'retired' THEN name ELSE null END) AS kept
}
CALL (run_ids) {
  MATCH (run:ModelRun)
  WHERE NOT run.run_id IN run_ids AND (
    EXISTS { MATCH ()-[edge:PREDICTED_ASSOCIATION]->() WHERE edge.run_id = run.run_id }
    OR EXISTS { MATCH ()-[edge:IN_LD_WITH]->() WHERE edge.run_id = run.run_id }
    OR EXISTS { MATCH ()-[edge:ENRICHED_IN]->() WHERE edge.run_id = run.run_id }
    OR EXISTS { MATCH ()-[edge:GENETIC_CORRELATION]->() WHERE edge.run_id = run.run_id })
  RETURN collect('run ' + run.run_id + ' (' + coalesce(run.model, '?') + ')') AS runs
}
RETURN coalesce(release.number, 0) AS number, load_ids, run_ids, champion_run_id,
       coalesce(schema.n_changes, 0) AS n_changes, schema.changing AS changing, loads + runs AS inactive, kept
