// Says that an imported graph has its constraints, so that everybody may open it. Parameters: version.
MATCH (schema:SchemaVersion {name: 'locusgraph'})
SET schema.version = $version
