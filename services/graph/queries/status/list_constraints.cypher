// The name of every constraint. No parameters.
SHOW CONSTRAINTS YIELD name
RETURN name
ORDER BY name
