// Every CpG node. No parameters.
MATCH (node:CpG)
RETURN properties(node) AS properties
