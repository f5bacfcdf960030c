// Whether a release is still the one that readers see; no row where it is not. Parameters: number.
MATCH (release:Release {number: $number})
WHERE release.is_current
RETURN release.number AS number
