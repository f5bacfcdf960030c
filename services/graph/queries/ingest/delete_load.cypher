// Deletes a Load node whose edges are gone. $load_id.
MATCH (load:Load {load_id: $load_id})
DETACH DELETE load
