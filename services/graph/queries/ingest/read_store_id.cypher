// The id by which the state folder and this graph know one another; null before the first load. No parameters.
MATCH (schema:SchemaVersion {name: 'locusgraph'})
RETURN schema.store_id AS store_id
