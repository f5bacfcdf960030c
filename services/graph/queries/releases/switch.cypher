// Ends the current release and makes the next one.
// Parameters: number, load_ids, run_ids, champion_run_id (null for none), reason.
OPTIONAL MATCH (old:Release)
WHERE old.is_current
SET old.is_current = false
WITH count(old) AS n_ended
CREATE (release:Release {
  number: $number, is_current: true, load_ids: $load_ids, run_ids: $run_ids, champion_run_id: $champion_run_id,
  created_at: datetime(), reason: $reason
})
RETURN release.number AS number, release.load_ids AS load_ids, release.run_ids AS run_ids,
       release.champion_run_id AS champion_run_id, toString(release.created_at) AS created_at
