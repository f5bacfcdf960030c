"""Further models of one row."""

import json
from pathlib import Path

import polars as pl

from loaders.format_choice import plan_columns
from loaders.models_in_row import other_models_expression
from loaders.tables import TableHeader
from tests.loaders.samples import FORMAT_SAMPLES, make_study


def _plan(name: str, kind: str):
    header = TableHeader(Path("f.csv"), tuple(FORMAT_SAMPLES[name].header.split("|")))
    return plan_columns(make_study(Path("f.csv"), kind), header)


def test_other_models_expression__missing_cells_are_null() -> None:
    frame = pl.DataFrame(
        {"beta_are_a1": ["NULL"], "se_are": ["0.2"], "pval_are": ["1e-400"], "se_mre": ["0.1"], "pval_mre": ["0.01"]}
    )
    text = frame.select(other_models_expression(frame, _plan("godmc", "mqtl"))).item()
    assert json.loads(text) == {
        "additive_random_effects": {"effect_size": None, "standard_error": 0.2, "neg_log10_p": 400.0},
        "multiplicative_random_effects": {"standard_error": 0.1, "neg_log10_p": 2.0},
    }


def test_other_models_expression__columns_that_a_file_lacks() -> None:
    frame = pl.DataFrame({"se_mre": ["0.1"]})
    text = frame.select(other_models_expression(frame, _plan("godmc", "mqtl"))).item()
    assert json.loads(text) == {"multiplicative_random_effects": {"standard_error": 0.1}}


def test_other_models_expression__one_model() -> None:
    frame = pl.DataFrame({"x": ["1"]})
    assert frame.select(other_models_expression(frame, _plan("saige", "gwas"))).item() is None
