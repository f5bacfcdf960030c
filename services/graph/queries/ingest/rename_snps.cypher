// Gives SNP nodes their new key; all their edges stay. $rows: old_key, new_key.
UNWIND $rows AS row
MATCH (snp:SNP {key: row.old_key})
SET snp.key = row.new_key
