// Every ModelRun node that the current release shows. Parameters: run_ids.
MATCH (node:ModelRun)
WHERE node.run_id IN $run_ids
RETURN properties(node) AS properties
