// The store's schema version and reference build; no row in a database that was never set up.
MATCH (schema:SchemaVersion {name: 'locusgraph'})
RETURN schema.version AS version, schema.reference_build AS reference_build
