// Gives the graph the id by which the state folder knows it. $store_id.
MATCH (schema:SchemaVersion {name: 'locusgraph'})
SET schema.store_id = $store_id
