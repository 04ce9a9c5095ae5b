"""A training run as it lies on disk: each start finds its new checkpoints, and samples nothing else."""

import shutil

from conftest import JOBS_OF_A_NEW_GROUP, JOBS_OF_A_NEW_PAIR, ROOT, tiny_config


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
    assert ran.planned(config=config) == JOBS_OF_A_NEW_PAIR | JOBS_OF_A_NEW_GROUP
