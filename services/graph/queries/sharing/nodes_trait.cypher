// Every Trait node. No parameters.
MATCH (node:Trait)
RETURN properties(node) AS properties
