"""Every query of an analyst is in the audit log before it runs, and its end after."""

from pathlib import Path

import pytest

from services.access.audit import audit_folder, read_entries
from services.access.errors import AuditError
from services.cypher.errors import CypherError
from services.cypher.running import CypherRunner, Question
from services.graph.store import Store
from services.settings import Settings

TEXT = "MATCH (s:Study) RETURN count(*) AS n"


def test_ask__notes_the_question_and_its_end(runner: CypherRunner, analyst_settings: Settings) -> None:
    with runner.ask(Question(TEXT, {"x": "a person"}, "token:ann")) as answer:
        assert len(list(answer.rows())) == 1
    with pytest.raises(CypherError), runner.ask(Question("CREATE (n:Study) RETURN n", who="token:bob")):
        pass
    asked, ended, hostile, refused = read_entries(analyst_settings).entries[-4:]
    assert (asked.event, asked.who, asked.facts) == ("cypher", "token:ann", {"state": "asked", "query": TEXT})
    assert (ended.who, ended.facts["outcome"], ended.facts["n_rows"]) == ("token:ann", "answered", 1)
    assert (hostile.who, hostile.facts["query"][:6]) == ("token:bob", "CREATE")
    assert refused.facts["outcome"] != "answered"
    assert "a person" not in (audit_folder(analyst_settings) / "audit.jsonl").read_text()


def test_ask__what_cannot_be_noted_is_not_run(graph: Store, analyst_settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "audit").write_text("a file where the folder should be")
    with (
        CypherRunner(graph, analyst_settings.model_copy(update={"home": tmp_path})) as runner,
        pytest.raises(AuditError, match="what is not noted is not done"),
        runner.ask(Question(TEXT)),
    ):
        pytest.fail("it was run")
