// SNPs that bear an rsid.
// $rsid: letters and digits only, lower-case; $limit.
CALL db.index.fulltext.queryNodes('snp_text', $rsid, {limit: 100}) YIELD node
WHERE $rsid IN node.rsids
RETURN node.key AS id, node.rsids AS rsids, node.chromosome AS chromosome, node.position_bp AS position_bp
ORDER BY id
LIMIT $limit
