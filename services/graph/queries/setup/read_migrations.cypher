// What migrations the store has been through, the oldest first: time, step and program of each. No parameters.
MATCH (schema:SchemaVersion {name: 'locusgraph'})
UNWIND coalesce(schema.migrations, []) AS record
RETURN record
