// Waits until every index answers (at most 300 s).
CALL db.awaitIndexes(300)
