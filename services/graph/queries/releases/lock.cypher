// Holds the schema node until the transaction ends, so that two switches of the release cannot run at once.
MERGE (schema:SchemaVersion {name: 'locusgraph'})
SET schema.switched_at = datetime()
