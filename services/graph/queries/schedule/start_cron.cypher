// From when on a cron expression counts: the first time that a scheduler was started with it.
// $fingerprint; $trigger; $source: the expression; $now.
MERGE (job:ScheduledRun {fingerprint: $fingerprint})
ON CREATE SET job.kind = 'start', job.trigger = $trigger, job.source = $source, job.status = 'done',
              job.stage = 'decided', job.due_at = $now, job.created_at = datetime.realtime()
SET job.due_at = CASE WHEN job.due_at > $now THEN $now ELSE job.due_at END
