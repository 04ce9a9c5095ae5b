"""A training run as it lies on disk: each start finds its new checkpoints, and samples nothing else."""

import shutil

from conftest import ROOT, tiny_config


def test_a_new_checkpoint_brings_its_own_jobs_and_what_shows_it(ran):
    group = {"base": "chain-base", "scale": "linear", "members": {"pattern": "run/checkpoint-{step}"}}
    config = tiny_config(groups={"training steps": group})
    for step, weights in ((1, "step-15"), (2, "step-30")):
        shutil.copytree(ROOT / f"resources/zoo/chain-grpo/{weights}", ran.path(f"run/checkpoint-{step}"))
    weights = ran.path("run/checkpoint-2/model.safetensors")
    whole = weights.read_bytes()
    weights.write_bytes(whole[: len(whole) // 2])
    output = ran.snakemake(config=config)
    assert output.count("run/checkpoint-2 is left out of this start: model.safetensors is cut short") == 1
    assert ran.path("results/samples/training-steps-1/chain/t0.6/0000-0001.parquet").exists()
    assert ran.planned(config=config) == {}
    weights.write_bytes(whole)
    assert ran.planned(config=config) == {
        "render_prompts": 1,
        "sample_block": 2,
        "verify_block": 2,
        "count_correct": 1,
        "count_false_accepts": 1,
        "estimate_passk": 1,
        "compute_metrics": 1,
        "extrapolate_passk": 1,
        "compare_curves": 1,
        "compare_problems": 1,
        "state_claims": 1,
        "draw_passk": 1,
        "draw_beyond": 1,
        "draw_cost": 1,
        "draw_difference": 1,
        "draw_overlap": 1,
        "draw_transitions": 1,
        "draw_histogram": 1,
        "draw_group": 1,
        "tabulate_passk": 1,
        "tabulate_metrics": 1,
        "tabulate_beyond": 1,
        "tabulate_pairs": 1,
        "tabulate_problems": 1,
        "tabulate_graders": 1,
        "tabulate_flags": 1,
        "tabulate_groups": 1,
        "make_report": 1,
    }
