// Fixes the store's schema version and reference build at its creation. Parameters: version, reference_build.
MERGE (schema:SchemaVersion {name: 'locusgraph'})
ON CREATE SET schema.version = $version, schema.reference_build = $reference_build, schema.created_at = datetime()
