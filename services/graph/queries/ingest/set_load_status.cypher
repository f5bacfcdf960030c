// Says what loads are: staging, active or retired. $load_ids, $status.
UNWIND $load_ids AS load_id
MATCH (load:Load {load_id: load_id})
SET load.status = $status
