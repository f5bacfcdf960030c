"""Files of LD score regression: LD scores, munged statistics, annotations, frequencies, lists of cell types."""

from loaders.ldsc.annotation_columns import (
    AnnotationColumns,
    columns_of_intervals,
    gene_set_intervals,
    merge_intervals,
)
from loaders.ldsc.annotation_files import AnnotationFile, match_rows, read_annot, read_bim, read_frq, write_annot
from loaders.ldsc.cell_type_lists import CellType, read_cell_type_list, write_cell_type_list
from loaders.ldsc.ld_score_files import (
    LdScoreFile,
    LdScoreFiles,
    open_ld_scores,
    read_ld_scores,
    write_ld_scores,
    write_m,
)
from loaders.ldsc.ld_score_parts import LdScorePart
from loaders.ldsc.sumstats import read_sumstats, write_sumstats
from loaders.ldsc.thousandths import Scores, as_floats, is_thousandths

__all__ = [
    "AnnotationColumns",
    "AnnotationFile",
    "CellType",
    "LdScoreFile",
    "LdScoreFiles",
    "LdScorePart",
    "Scores",
    "as_floats",
    "columns_of_intervals",
    "gene_set_intervals",
    "is_thousandths",
    "match_rows",
    "merge_intervals",
    "open_ld_scores",
    "read_annot",
    "read_bim",
    "read_cell_type_list",
    "read_frq",
    "read_ld_scores",
    "read_sumstats",
    "write_annot",
    "write_cell_type_list",
    "write_ld_scores",
    "write_m",
    "write_sumstats",
]
