"""What would decide an undecided claim, as `snakemake plan` prints it."""

from boundary.sampling.planning import to_decide


def test_the_plan_names_problems_samples_tokens_and_hours():
    claim = {"claim": "coverage narrowed", "base": "a", "tuned": "b", "benchmark": "math", "decoding": "t"}
    undecided = claim | {"problems_to_decide": 120, "tokens_of_problems": 36_000_000, "samples_to_decide": 512}
    undecided["tokens_of_samples"] = 18_000_000
    jobs = [{"model": "a", "hours_per_token": 1e-6}, {"model": "b", "hours_per_token": 3e-6}]
    text = to_decide([claim, undecided], jobs)
    assert text.endswith(
        "coverage narrowed: b against a, math, t: 120 problems in all (36,000,000 tokens more, 72.00 GPU-hours) or "
        "512 samples of each problem (18,000,000 tokens more, 36.00 GPU-hours)"
    )
    jobs[0]["hours_per_token"] = None
    assert "120 problems in all (36,000,000 tokens more) or" in to_decide([undecided], jobs)
    assert to_decide([claim], jobs) == ""
