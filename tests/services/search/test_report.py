"""The report as JSON."""

import json

from services.search import CandidateOptions, CandidateReport, Trait


def test_to_dict__is_plain_json() -> None:
    report = CandidateReport(Trait("EFO:1", "height", None, 3), CandidateOptions(), "no_model", 4, None)
    values = json.loads(json.dumps(report.to_dict(), allow_nan=False))
    assert values["trait"] == {"trait_id": "EFO:1", "name": "height", "study_id": None, "n_associations": 3}
    assert (values["status"], values["release"], values["candidates"]) == ("no_model", 4, [])
    assert values["options"]["window_bp"] == 1_000_000
