// Writes Load nodes. $rows: load_id, properties, created_at (ISO time).
UNWIND $rows AS row
MERGE (load:Load {load_id: row.load_id})
SET load += row.properties, load.created_at = datetime(row.created_at)
