"""Readers of QTL, GWAS and reference files: columns mapped, rows checked, every row accounted for."""
