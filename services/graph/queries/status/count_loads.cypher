// How many loads are there in each status, with how many rows, and when was the last prepared? For metrics.
// No parameters.
MATCH (load:Load)
RETURN load.status AS status, count(load) AS n_loads, sum(load.n_read) AS n_read, sum(load.n_written) AS n_written,
       sum(load.n_skipped) AS n_skipped, sum(load.n_refused) AS n_refused,
       max(load.created_at).epochSeconds AS last_seconds
ORDER BY status
