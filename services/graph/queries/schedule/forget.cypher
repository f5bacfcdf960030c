// Removes a thing that was claimed for nothing: what it was about is gone.
// $fingerprint; $holder.
MATCH (job:ScheduledRun {fingerprint: $fingerprint, holder: $holder, status: 'running', n_attempts: 1})
DELETE job
