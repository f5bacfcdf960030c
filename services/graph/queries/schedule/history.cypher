// What was done, the newest first.
// $limit.
MATCH (job:ScheduledRun)
WHERE job.kind <> 'start'
RETURN properties(job) AS job
ORDER BY job.created_at DESC, job.fingerprint
LIMIT $limit
