// Gives one thing to a process: new, or not ended and free. It is counted as one more attempt, and as
// one more death when another process has it still: that one's lease has run out while it was at work. What is tried again after it failed begins to count anew.
// $fingerprint; $properties: what describes a new one; $holder; $lease_milliseconds.
MERGE (job:ScheduledRun {fingerprint: $fingerprint})
ON CREATE SET job += $properties, job.stage = 'claimed', job.n_attempts = 0, job.n_failures = 0, job.n_deaths = 0,
              job.created_at = datetime.realtime()
SET job.n_deaths = CASE
  WHEN job.status = 'failed' THEN 0
  WHEN job.status = 'running' AND job.holder <> $holder THEN coalesce(job.n_deaths, 0) + 1
  ELSE coalesce(job.n_deaths, 0)
END
SET job.status = 'running', job.holder = $holder, job.n_attempts = job.n_attempts + 1,
    job.expires_at = datetime.realtime() + duration({milliseconds: $lease_milliseconds}),
    job.not_before = null, job.finished_at = null
RETURN properties(job) AS job
