"""A merge of jobs never widens what a result or a target plans: held against one job a result, as it once was.

golden/planned/work.json: `work`, the outputs of costly jobs; `results`: result or target -> which of them it planned,
as the bits of a number, under that number. Made by benchmarks/planned_work.py, which compares two checkouts.
"""

import json
import sys

from conftest import ROOT

sys.path.insert(0, str(ROOT / "tests/benchmarks"))

from planned_work import planned

GOLDEN = ROOT / "tests/golden/planned"
TARGETS = ("steps", "pairs")


def test_no_result_and_no_target_plans_more_than_it_needs():
    golden, config = json.loads((GOLDEN / "work.json").read_text()), GOLDEN / "everything.yaml"
    found = planned(ROOT, config, "all", "paper_figures", "bundle", "export", "review")
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
