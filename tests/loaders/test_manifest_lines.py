"""Line numbers of a manifest's keys."""

import tomllib

from loaders.manifest_lines import TOP, find_key_lines

TEXT = '''# comment
reference_build = "GRCh37"

[[study]]
id = "a"          # [[study]] in a comment
paths = [
  "x.tsv",  # kind = "no"
  "y.tsv",
]
title = """
kind = "inside a text"
"""
kind = "gwas"

[[study]]
id = "b [c"
[study.columns]
rsid = "SNP"
'''


def test_find_key_lines__multi_line_values_are_stepped_over() -> None:
    tomllib.loads(TEXT)
    lines = find_key_lines(TEXT)
    assert lines.studies == (4, 15)
    assert lines.keys[TOP, "reference_build"] == 2
    assert (lines.keys[0, "id"], lines.keys[0, "paths"], lines.keys[0, "kind"]) == (5, 6, 13)
    assert (lines.find(1, "columns.rsid"), lines.find(1, "columns.nothing"), lines.find(1, "kind")) == (18, 17, 15)
    assert lines.find(TOP, "nothing") is None
