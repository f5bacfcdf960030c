// Loads of the scheduler that no training has come after.
// No parameters.
MATCH (job:ScheduledRun {kind: 'load', status: 'done', is_answered: false})
RETURN job.fingerprint AS fingerprint
ORDER BY fingerprint
