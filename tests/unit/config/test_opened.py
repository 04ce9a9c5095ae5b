"""The configuration of an opened bundle."""

import yaml

from boundary.config.opened import opened
from conftest import ROOT


def test_a_level_that_the_run_asked_for_is_not_asked_of_another_machine(tmp_path):
    run = {"models": {}, "benchmarks": {}, "analysis": {}, "bundle": {}, "validity": {"labels": {}}}
    run["verification"] = {"minimum_isolation": "namespaces", "memory_mb": 4096}
    (tmp_path / "config.yaml").write_text(yaml.safe_dump({"digests": {}, "config": run}))
    schema = yaml.safe_load((ROOT / "config/schemas/config.schema.yaml").read_text())
    config = opened({"bundle": {"opened": str(tmp_path)}}, schema, [tmp_path])
    assert config["verification"] == {"memory_mb": 4096}
