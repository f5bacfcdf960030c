// What the graph's own node says, for the importer's files: reference build, store id, time of creation. No parameters.
MATCH (schema:SchemaVersion {name: 'locusgraph'})
RETURN schema.reference_build AS reference_build, schema.store_id AS store_id, toString(schema.created_at) AS created_at
