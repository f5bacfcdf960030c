// The cheapest question a database can answer.
RETURN 1 AS alive
