// Which of the newest releases are still there, newest first? The current one, and those before it all of whose loads
// and champion are kept. Parameters: kept (how many of the newest are looked at).
MATCH (current:Release)
WITH current ORDER BY current.number DESC LIMIT 1
MATCH (release:Release)
WHERE release.number <= current.number AND release.number > current.number - $kept
  AND (release = current OR (
    all(load_id IN release.load_ids WHERE load_id IN current.load_ids OR EXISTS { MATCH (load:Load {load_id: load_id}) WHERE load.status = 'retired' })
    AND (release.champion_run_id IS NULL OR release.champion_run_id IN current.run_ids)))
RETURN release.number AS number
ORDER BY number DESC
