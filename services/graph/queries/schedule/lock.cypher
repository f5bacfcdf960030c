// Holds the schema node until the transaction ends, so that two schedulers cannot claim at once.
MERGE (schema:SchemaVersion {name: 'locusgraph'})
SET schema.claimed_at = datetime.realtime()
