import tomllib

from loaders.simulation.effects import TraitPlan
from loaders.simulation.study_list import render_manifest
from tests.loaders.simulation.conftest import SMALL


def test_render_manifest__is_toml_and_says_who_made_it():
    plans = tuple(TraitPlan((), (), 1000) for _ in range(SMALL.n_traits))
    text = render_manifest(7, SMALL, plans)
    studies = {study["id"]: study for study in tomllib.loads(text)["study"]}
    assert "seed 7" in text.splitlines()[0]
    assert studies["demo-eqtm"]["columns"]["abs_z_score"] == "OverallZScore"
    assert studies["demo-gwas-3"]["n_cases"] == 200
    assert studies["demo-gwas-3"]["n_controls"] == 800
    assert "n_cases" not in studies["demo-gwas-1"]
