// Says that no change is under way any more. No parameters.
MATCH (schema:SchemaVersion {name: 'locusgraph'})
REMOVE schema.changing
