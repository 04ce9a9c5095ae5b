"""What an opened bundle takes over from the run that it is of, and what not."""

import yaml

from boundary.bundling.contents import run_of
from boundary.config.opened import opened
from boundary.config.resolve import resolve
from boundary.files import known_digests
from conftest import ROOT, tiny_config


def test_a_level_that_the_run_asked_for_is_not_asked_of_another_machine(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(known_digests, "_given", None)
    run = run_of(resolve(tiny_config(verification={"minimum_isolation": "namespaces"}), ROOT))
    assert run["config"]["verification"]["minimum_isolation"] == "namespaces"
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(run))
    schema = yaml.safe_load((ROOT / "config/schemas/config.schema.yaml").read_text())
    config = opened({"bundle": {"opened": str(tmp_path)}}, schema, [tmp_path])
    assert "minimum_isolation" not in config["verification"]
