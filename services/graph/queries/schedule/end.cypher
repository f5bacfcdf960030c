// Ends a thing; no row when another process has it now.
// $fingerprint; $holder; $properties: status and reason among them.
MATCH (job:ScheduledRun {fingerprint: $fingerprint, holder: $holder, status: 'running'})
SET job += $properties, job.finished_at = datetime.realtime(), job.holder = null, job.expires_at = null
RETURN properties(job) AS job
