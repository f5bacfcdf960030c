// One thing by its fingerprint.
// $fingerprint. is_old: it ended more than an hour ago.
MATCH (job:ScheduledRun {fingerprint: $fingerprint})
RETURN properties(job) AS job,
       coalesce(job.finished_at + duration({hours: 1}) <= datetime.realtime(), false) AS is_old
