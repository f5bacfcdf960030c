// Notes that a training has come after these loads.
// $fingerprints.
MATCH (job:ScheduledRun)
WHERE job.fingerprint IN $fingerprints
SET job.is_answered = true
