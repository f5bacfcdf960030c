// Every SNP node. No parameters.
MATCH (node:SNP)
RETURN properties(node) AS properties
