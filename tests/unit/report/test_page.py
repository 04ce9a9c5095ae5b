"""The report's page: its sentences, its charts, and that nothing anybody wrote ends a script."""

import json
from itertools import pairwise

import numpy as np
import polars as pl
import pytest

from boundary.analysis.claims import from_files
from boundary.analysis.curves import curve
from boundary.analysis.kinds import BETTER, COVERAGE, GAINED, KINDS, LOST, OVERTAKES
from boundary.analysis.pairs import overlap, pair_counts
from boundary.files import store
from boundary.paths import VERDICTS
from boundary.report.answer import answers
from boundary.report.page import charts, content, method, render
from boundary.report.page.sentences import findings_in_short, in_lines, in_short, sentences
from boundary.report.texts import decision

LABELS = {"b": "base", "t": "GRPO, step 100"}
NAMES = {"base": "b", "tuned": "t", "benchmark": "m", "decoding": "t0.6"}


def claim(kind: str, verdict: str, estimate: float, low: float, high: float, **more) -> dict:
    judged = {"verdict": verdict, "holm": verdict, "fdr": verdict, "n": 256, "problems": 100, "k": 1}
    ends = {"estimate": estimate, "low": low, "high": high, "p": 0.01, "test": "t"}
    return NAMES | judged | {"kind": kind, "claim": KINDS[kind].sentence} | ends | more


def five(**changes) -> list[dict]:
    alone = {"solved_alone": 34, "solved_alone_once": 1, "rate": 0.05, "samples": "256", "supportable": True}
    alone |= {"other_below": 0.0293, "other_below_each": 0.0116}
    found = {
        "better": claim(BETTER, "supported", 0.096, 0.041, 0.15),
        "overtakes": claim(OVERTAKES, "supported", 5, 3, 7),
        "gained": claim(GAINED, "undecided", 2, 0, 70, **alone | {"solved_alone": 0}),
        "lost": claim(LOST, "supported", 34, 13, 54, **alone),
        "coverage": claim(COVERAGE, "supported", -0.41, -0.5, -0.32, k=128),
    }
    return [found[name] | changes.get(name, {}) for name in found]


def test_what_the_other_never_solved_comes_first_and_distillation_has_a_line_of_its_own():
    gained = {"holm": "supported", "estimate": 9, "low": 9, "high": 11, "solved_alone": 9}
    more = [
        c | {"tuned": "d"} for c in five(gained=gained | {"estimate": 21, "low": 21, "high": 21, "may_be_luck": True})
    ]
    (found,) = answers(five(gained=gained) + more, LABELS | {"d": "distilled"}, {"t": "rl", "d": "distillation"})
    first, second, third = found.lines()
    assert first == (
        "m: solved by GRPO, step 100 at 5% or more and never by its base in 256 samples: 9 problems "
        "(9 confirmed, up to 11 possible), the base's rate on each is below 2.9%; the reverse: "
        "34 problems (13 confirmed, up to 54 possible)"
    )
    assert second == "m: narrowed: GRPO, step 100 (base ahead from k = 5)"
    assert answers(five(coverage={"may_be_luck": True, "guess_at_k": 0.77}), LABELS, {"t": "rl"})[0].lines()[1] == (
        f"{second}, may be luck: guessing alone reaches as much"
    )
    both = five() + [claim | {"tuned": "d"} for claim in five(gained=gained)]
    assert (
        answers(both, LABELS | {"d": "other"}, {})[0]
        .lines()[0]
        .startswith(
            "m: solved by a tuned model at 5% or more and never by its base in 256 samples: 9 problems "
            "(9 confirmed, up to 11 possible), by other, the base's rate on each is below 2.9%; the reverse: 34 "
        )
    )
    assert third.startswith("m: distillation: solved by distilled at 5% or more and never by its base in 256 s")
    assert "21 problems (all confirmed), may be luck" in third
    assert third.endswith("; coverage narrowed")


def test_what_these_samples_cannot_decide_is_not_undecided():
    never = {"supportable": False, "samples_to_support": 1054, "rate_to_support": 0.043, "rate": 0.01, "k": 256}
    said = decision(five(gained=never)[2])
    assert (
        said == "cannot be decided with 256 samples of each problem: it takes 1,054, or a rate of 4.3% (analysis.rate)"
    )
    *_, coverage, last = answers(five(gained=never, lost=never | {"holm": "undecided"}), LABELS, {})[0].lines()
    assert coverage.startswith("m: narrowed")
    assert last == (
        "m: 256 samples of each problem are too few to confirm any of these problems: it takes 1,054, "
        "or a rate of 4.3% (analysis.rate)"
    )


def test_the_first_screen_says_how_programs_ran(tmp_path):
    def verified(**made_with) -> dict:
        file = tmp_path / "results/verdicts/model/bench/t1" / f"{len(list(tmp_path.rglob('*.parquet')))}.parquet"
        file.parent.mkdir(parents=True, exist_ok=True)
        store.write(pl.DataFrame({"a": [1]}), file, {}, made_with)
        return method.made(VERDICTS, [str(file)])

    assert method.warnings(verified(limits={"isolation": "namespaces"})) == []
    assert method.warnings(verified(limits={"isolation": None})) == []
    assert method.warnings(verified(limits={"isolation": "landlock"}, killed=["p#3", "q#1"])) == [
        "Programs ran at sandbox level landlock (docs/verdicts.md).",
        "2 programs were killed at every try, alone, and count as wrong: bench p#3 of model, bench q#1 of model.",
    ]


def test_a_decided_pair_is_one_plain_sentence():
    (one,) = sentences(five(), LABELS)
    assert one.decision == "narrowed"
    assert one.text == "GRPO, step 100 solves fewer problems than base: −41 points at k = 128 [−50, −32]"
    assert one.small_k == "At k = 1 +9.6 points [+4.1, +15]; base ahead from k = 5 [3, 7]"
    assert (one.gained, one.lost) == ("2 (none confirmed, up to 70 possible)", "34 (13 confirmed, up to 54 possible)")
    assert one.remarks[0] == (
        "In 256 samples each, 34 of 100 problems were solved by the base alone, 0 by the tuned model alone"
    )


def test_the_answer_comes_before_its_details():
    said = sentences(
        five() + [c | {"tuned": "u"} for c in five(coverage={"holm": "undecided"})], LABELS | {"u": "more"}
    )
    ((benchmark, verdicts),) = in_short(said, LABELS | {"u": "more"})
    assert benchmark == "m"
    ahead = "(base ahead from k = 5)"
    assert verdicts == {"narrowed": f"GRPO, step 100 {ahead}", "undecided": f"more {ahead}"}


def test_a_model_of_two_verdicts_is_named_with_what_they_are_of():
    sharpened = [c | {"decoding": "t0.6-vs-t0.3"} for c in five(coverage={"holm": "undecided"})]
    ((_, verdicts),) = in_short(sentences(five() + sharpened, LABELS), LABELS)
    assert verdicts["narrowed"].startswith("GRPO, step 100 (base, t0.6)")
    assert verdicts["undecided"].startswith("GRPO, step 100 (base, t0.6-vs-t0.3)")


def test_of_many_undecided_models_the_summary_has_the_number():
    names = [f"t{i}" for i in range(9)]
    claims = [c | {"tuned": name} for name in names for c in five(coverage={"holm": "undecided"})]
    labels = LABELS | {name: name for name in names}
    ((_, verdicts),) = in_short(sentences(claims, labels), labels)
    assert verdicts["undecided"].startswith("9 models (base ahead")


def test_findings_are_gathered_by_verdict():
    columns = ["finding", "benchmark", "decoding", "verdict"]
    rows = [["It holds.", name, "t0.6", verdict] for name, verdict in (("a", "yes, tiny"), ("b", "no"), ("c", "no"))]
    assert findings_in_short({"columns": columns, "rows": rows}) == [("It holds.", {"yes, tiny": "a", "no": "b, c"})]
    rows[0][2] = "greedy"
    assert findings_in_short({"columns": columns, "rows": rows})[0][1]["yes, tiny"] == "a at greedy"


def test_an_undecided_pair_says_what_would_decide_it():
    open_ended = {"holm": "undecided", "verdict": "undecided", "estimate": -0.01, "low": -0.08, "high": 0.05}
    needed = open_ended | {"problems_to_decide": 3400, "samples_to_decide": None}
    never = {"holm": "undecided", "estimate": None, "low": 33, "high": None}
    (one,) = sentences(from_files(five(coverage=needed, overtakes=never)), LABELS)
    assert one.decision == "undecided"
    assert one.text == "GRPO, step 100 against base: not settled at k = 128: −1.0 points [−8.0, +5.0]"
    assert one.crossing == "base not ahead at any k up to 256, a lead is not excluded"
    more = "about 3,400 such problems instead of 100 would settle it if the estimate is right"
    assert one.remarks[1] == f"Too few problems or samples: {more}"
    families = sentences(five(coverage=open_ended | {"clusters": 12, "clusters_to_decide": 40}), LABELS)[0].remarks
    assert "about 28 more families beside these 12 would settle it" in families[1]
    assert families[2].startswith("Intervals go by 12 families of problems; tests of single problems")
    few = sentences(five(coverage=open_ended | {"clusters": 9}), LABELS)[0].remarks
    assert few[1] == "Only 9 families of problems: below 10 nothing is decided"
    runs = [found for found in five(coverage=open_ended) if found["kind"] not in (GAINED, LOST)]
    assert sentences(runs, LABELS)[0].remarks == ["Too few problems, samples or runs to tell"]


def test_what_is_undecided_at_k_1_still_says_from_where_the_base_is_ahead():
    (one,) = sentences(five(better={"holm": "undecided"}), LABELS)
    assert one.first == "not settled after correction for 5 claims (uncorrected: +9.6 points [+4.1, +15])"
    assert one.small_k.endswith("; base ahead from k = 5 [3, 7]")


def test_a_verdict_that_falls_with_the_correction_is_not_led_with():
    (one,) = sentences(five(coverage={"holm": "undecided"}), LABELS)
    assert one.decision == "undecided"
    assert one.difference == "not settled at k = 128 after correction for 5 claims (uncorrected: −41 points [−50, −32])"
    (line,) = in_lines(five(coverage={"holm": "undecided"}), LABELS)
    assert line.startswith(
        f"GRPO, step 100 against base: {one.difference}; at k = 1 +9.6 points [+4.1, +15]; base ahead"
    )
    sets = "; problems gained: 2 (none confirmed, up to 70 possible), lost: 34 (13 confirmed, up to 54 possible)."
    assert line.endswith(sets)


def test_a_chart_holds_the_curve_at_what_is_asked_of_it():
    counts = np.full(4, 300), np.array([0, 3, 50, 300])
    found = curve([counts], 0.95).with_columns(n=pl.lit(300), problems=pl.lit(4))
    chart = charts.passk_chart({"a": found}, {"a": "#123456"}, {}, np.full(300, 0.25), "blind")
    rows = {row["k"]: row for layer in chart["layer"] for row in layer["data"].get("values", []) if "n" in row}
    assert {1, 2, 4, 8, 16, 32, 64, 128, 256, 150, 300} <= rows.keys()
    assert len(rows) < 80
    for k, row in rows.items():
        assert row["value"] == pytest.approx(found["estimate"][k - 1], abs=1e-4)
    shade = chart["layer"][0]["data"]["values"][0]
    assert (shade["from"], shade["to"]) == (150, 300)


def test_names_of_curves_that_end_alike_stand_apart():
    frame = pl.DataFrame(
        {"k": [1, 8], "n": 8, "problems": 4, "band_low": 0.0, "band_high": 1.0, "low": 0.1, "high": 0.9}
    )
    ends = {"a": 0.5, "b": 0.51, "c": 0.1, "d": 0.505}
    curves = {label: frame.with_columns(estimate=pl.Series([0.0, end])) for label, end in ends.items()}
    colors = dict.fromkeys(ends, "#123456")
    chart = charts.passk_chart(curves, colors, {"b": "a", "c": "a", "d": "a"}, None, "")
    (names,) = (layer["data"]["values"] for layer in chart["layer"] if layer["mark"]["type"] == "text")
    at = sorted((name["at"], name["model"]) for name in names)
    assert [model for _, model in at] == ["c", "a", "d", "b"]
    assert at[0][0] == 0.1
    assert min(above - below for (below, _), (above, _) in pairwise(at)) >= charts.NAME / charts.PLOT - 1e-3
    assert chart["params"] == [{"name": "base_of", "value": {"b": "a", "c": "a", "d": "a"}}]


def test_every_problem_is_a_cell_that_leads_to_its_samples():
    names = [f"p {i}&" for i in range(4)]
    base, tuned = (pl.DataFrame({"problem_id": names, "n": [8] * 4, "c": c}) for c in ([0, 1, 8, 0], [0, 0, 2, 8]))
    groups = content.problem_groups(overlap(pair_counts(base, tuned)), "browse/m/t/index.html", ("b", "t"))
    assert {g["category"]: [cell["id"] for cell in g["cells"]] for g in groups} == {
        "base only": ["p 1&"],
        "tuned only": ["p 3&"],
        "both": ["p 2&"],
        "neither": ["p 0&"],
    }
    (cell,) = groups[0]["cells"]
    assert cell["href"] == "browse/m/t/index.html#problem=p%201%26&left=b&right=t&which=left"
    assert cell["title"] == "p 1&: base 1 of 8 right, tuned 0 of 8"


def test_nothing_that_anybody_wrote_ends_a_script():
    wrote = {"text": "</script><script>alert(1)</script>\u2028\u2029<!--"}
    text = str(render.as_data(wrote))
    assert not set("<\u2028\u2029") & set(text)
    assert json.loads(text) == wrote
    assert "<script" not in render.caption("{{ snakemake.params.spec['note'] }}", {}, {"note": wrote["text"]})


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc"]
)
def test_a_link_that_a_browser_would_run_is_its_text_alone(address):
    html = render.html_of(f"See `this page <{address}>`_, _`here`, here_ and `that <https://x.org/a:b>`_.")
    assert address.partition(":")[0].casefold() not in html.casefold()
    assert "this page" in html
    assert 'href="https://x.org/a:b"' in html
    assert 'href="#here"' in html
    assert "<img" not in render.html_of(f".. image:: {address}")
    assert "<img" not in render.html_of(".. image:: https://x.org/pixel.png")
