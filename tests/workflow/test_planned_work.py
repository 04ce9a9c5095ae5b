"""What is never done twice: no merge of jobs widens what a target plans, and what decides costly work never changes.

golden/planned/specs.json: a digest of what decides each kind of work, for each of some configurations, by `repr`, as
Snakemake compares it. golden/planned/work.json, against one job a result, as it once was: `work`, the outputs of costly
jobs; `results`: result or target -> which of them it planned, as the bits of a number, under that number. Both are made
by benchmarks/planned_work.py, which compares two checkouts.
"""

import json
import sys

import pytest

from conftest import ROOT

sys.path.insert(0, str(ROOT / "tests/benchmarks"))

from planned_work import ALL, CONFIGURATIONS, planned, specs

GOLDEN = ROOT / "tests/golden/planned"
TARGETS = ("steps", "pairs")


def test_no_result_and_no_target_plans_more_than_it_needs():
    golden, config = json.loads((GOLDEN / "work.json").read_text()), GOLDEN / "everything.yaml"
    found = planned(ROOT, config, *ALL)
    of_targets = {target: frozenset().union(*planned(ROOT, config, target).values()) for target in TARGETS}
    needed = {
        result: {work for place, work in enumerate(golden["work"]) if int(bits, 16) >> place & 1}
        for bits, results in golden["results"].items()
        for result in results
    }
    shared = needed.keys() & (found | of_targets).keys()
    assert len(shared) > 1300
    assert shared >= set(TARGETS)
    more = {result: (found | of_targets)[result] - needed[result] for result in shared}
    assert {result: work for result, work in more.items() if work} == {}


@pytest.mark.parametrize("config", CONFIGURATIONS)
def test_what_decides_samples_is_the_same_to_the_letter(config):
    """Else every user's finished work is planned again. On purpose: benchmarks/planned_work.py --specs, CHANGELOG."""
    assert specs(ROOT, ROOT / config) == json.loads((GOLDEN / "specs.json").read_text())[config]
