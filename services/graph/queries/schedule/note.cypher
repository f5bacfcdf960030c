// Keeps what is known of a thing so far; no row when another process has it now.
// $fingerprint; $holder; $properties.
MATCH (job:ScheduledRun {fingerprint: $fingerprint, holder: $holder, status: 'running'})
SET job += $properties
RETURN properties(job) AS job
