"""Further statistical models that a file gives in the same row (formats.md, decision 10), as JSON."""

from __future__ import annotations

import polars as pl

from loaders.cells import number_expression, text_expression
from loaders.format_choice import ColumnPlan
from loaders.significance import parse_p_expressions


def other_models_expression(frame: pl.DataFrame, plan: ColumnPlan) -> pl.Expr:
    """JSON object of the other models: name to effect_size, standard_error and neg_log10_p.

    Parameters
    ----------
    frame
        A batch of the file.
    plan
        Whose format says which columns hold other models; null where it has none.
    """
    models = []
    for name, (effect, error, p_value) in plan.format.other_models.items():
        fields = []
        if effect in frame.columns and effect is not None:
            fields.append(number_expression(frame, effect, plan).alias("effect_size"))
        if error in frame.columns and error is not None:
            fields.append(number_expression(frame, error, plan).alias("standard_error"))
        if p_value in frame.columns and p_value is not None:
            parsed = parse_p_expressions(text_expression(frame, p_value, plan))[1]
            fields.append(parsed.alias("neg_log10_p"))
        if fields:
            models.append(pl.struct(fields).alias(name))
    if not models:
        return pl.lit(None, dtype=pl.String)
    return pl.struct(models).struct.json_encode()
