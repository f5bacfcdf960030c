// Says that a migration has brought the store to a newer schema version, and records it.
// Parameters: version, record (what was done and by which program).
MATCH (schema:SchemaVersion {name: 'locusgraph'})
SET schema.version = $version, schema.migrated_at = datetime(),
    schema.migrations = coalesce(schema.migrations, []) + [toString(datetime()) + ' ' + $record]
