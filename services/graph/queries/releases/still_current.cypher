// Whether a release is still the one that readers see; no row where it is not. Parameters: number.
MATCH (release:Release)
WITH max(release.number) AS number
WHERE number = $number
RETURN number
