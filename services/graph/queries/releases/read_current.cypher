// The current release: number, active loads and runs, time of its switch. No row before the first switch.
MATCH (release:Release)
WHERE release.is_current
RETURN release.number AS number, release.load_ids AS load_ids, release.run_ids AS run_ids,
       toString(release.created_at) AS created_at
ORDER BY number DESC
LIMIT 1
