// The last time of a cron expression that was taken up, or the time it began to count; none that lies in the future.
// $source: the expression; $now.
MATCH (job:ScheduledRun {source: $source})
WHERE job.kind IN ['cron', 'start'] AND job.due_at <= $now
RETURN max(job.due_at) AS due_at
