// Loads that releases with at least this number name and that the graph still knows. $number.
MATCH (release:Release)
WHERE release.number >= $number
UNWIND release.load_ids AS load_id
MATCH (load:Load {load_id: load_id})
WHERE load.status <> 'staging'
RETURN DISTINCT load.load_id AS load_id
ORDER BY load_id
