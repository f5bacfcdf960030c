// Lets go of a thing that is to be tried again; no row when another process has it now.
// $fingerprint; $holder; $reason; $failures: 1 for an error, else 0; $milliseconds: how long nobody begins it again.
MATCH (job:ScheduledRun {fingerprint: $fingerprint, holder: $holder, status: 'running'})
SET job.status = 'waiting', job.reason = $reason, job.n_failures = job.n_failures + $failures,
    job.not_before = datetime.realtime() + duration({milliseconds: $milliseconds}),
    job.holder = null, job.expires_at = null
RETURN properties(job) AS job
