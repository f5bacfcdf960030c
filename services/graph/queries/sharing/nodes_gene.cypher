// Every Gene node. No parameters.
MATCH (node:Gene)
RETURN properties(node) AS properties
