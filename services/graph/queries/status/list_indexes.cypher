// Every index with its name, its state and how much of it is built. No parameters.
SHOW INDEXES YIELD name, state, populationPercent
RETURN name, state, populationPercent AS built_percent
ORDER BY name
