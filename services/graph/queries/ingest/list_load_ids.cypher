// The ids of all loads that the graph knows, active or not. No parameters.
MATCH (load:Load)
RETURN load.load_id AS load_id
ORDER BY load_id
