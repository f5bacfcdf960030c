// Tissues of the studies of the current release, those of most studies first. Parameters: keys (one word), load_ids.
UNWIND $keys AS key
MATCH (study:Study)
WHERE study.active_load_id IN $load_ids AND study.tissue IS NOT NULL
RETURN key, study.tissue AS tissue, count(*) AS n_studies
ORDER BY n_studies DESC, tissue
