"""What would decide an undecided claim, as `snakemake plan` prints it."""

from boundary.sampling.planning import cannot_be_decided, to_decide


def test_the_plan_says_which_claims_these_samples_cannot_decide():
    blocks = [("a", "b", 128)] * 2
    jobs = [{"model": m, "benchmark": "math", "blocks": blocks, "problems": 100} for m in ("a", "b", "other")]
    jobs[2]["blocks"] = blocks[:1]
    asked = {"rate": 0.01, "level": 0.95, "claims": 56, "models": {"math": ["a", "b"]}, "topped_up": []}
    assert cannot_be_decided(jobs, asked) == [
        "math: what one model solves at 0.01 or more and the other never did cannot be decided with n = 256 "
        "(1,157 could, or an analysis.rate of 0.044)"
    ]
    assert cannot_be_decided(jobs, asked | {"rate": 0.05}) == []


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
