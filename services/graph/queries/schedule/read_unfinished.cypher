// Which things are begun and not ended, the oldest first?
// No parameters. is_free: nobody holds it, or the lease has run out; is_due: not put off.
MATCH (job:ScheduledRun)
WHERE job.status IN ['running', 'waiting']
RETURN properties(job) AS job,
       coalesce(job.expires_at <= datetime.realtime(), true) AS is_free,
       coalesce(job.not_before <= datetime.realtime(), true) AS is_due
ORDER BY job.created_at, job.fingerprint
