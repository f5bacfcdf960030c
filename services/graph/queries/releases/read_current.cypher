// The current release: number, active loads and runs, champion, time of its switch. No row before the first switch.
// It is the one with the highest number. Who looks for the one that is_current marks may pass the old node after the
// switch and the place of the new one before it, and find none: reads are committed ones, not of one moment.
// A release of a version without champions had one finished PinSage run: that one.
MATCH (release:Release)
WITH release ORDER BY release.number DESC LIMIT 1
OPTIONAL MATCH (run:ModelRun {model: 'pinsage', status: 'finished'})
WHERE run.run_id IN release.run_ids
WITH release, max(run.run_id) AS only_run
RETURN release.number AS number, release.load_ids AS load_ids, release.run_ids AS run_ids,
       coalesce(release.champion_run_id, only_run) AS champion_run_id, toString(release.created_at) AS created_at
