// Makes a lease longer; no row when another process has the thing now.
// $fingerprint; $holder; $lease_milliseconds.
MATCH (job:ScheduledRun {fingerprint: $fingerprint, holder: $holder, status: 'running'})
SET job.expires_at = datetime.realtime() + duration({milliseconds: $lease_milliseconds})
RETURN job.fingerprint AS fingerprint
