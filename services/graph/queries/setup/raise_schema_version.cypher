// Says that a migration has brought the store to a newer schema version. Parameters: version.
MATCH (schema:SchemaVersion {name: 'locusgraph'})
SET schema.version = $version, schema.migrated_at = datetime()
