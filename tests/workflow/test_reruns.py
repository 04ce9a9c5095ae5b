"""What reruns when: by the job counts of dry runs on a finished run."""

import json
import os
import shutil

import polars as pl
import pytest
import yaml

from boundary.files import store
from conftest import JOBS_OF_A_NEW_GROUP, JOBS_OF_A_NEW_PAIR, tiny_config


def touch(project, pattern: str) -> None:
    """New time stamps, same content, as after a git checkout."""
    files = list(project.root.glob(pattern))
    assert files, pattern
    for file in files:
        os.utime(file)


def test_a_second_run_plans_nothing(ran):
    assert ran.planned(config=tiny_config()) == {}
    assert not any(ran.path(folder).exists() for folder in ("logs", "benchmarks"))
    for former, place in (("logs", "results/logs"), ("benchmarks", "results/measurements")):
        ran.path(place).rename(ran.path(former))  # where earlier versions wrote them
    assert ran.planned(config=tiny_config()) == {}


def test_adding_a_model_plans_its_jobs_and_the_aggregates(ran):
    config = tiny_config()
    config["models"]["countdown-distilled"] = {}
    config["pairs"].append({"base": "countdown-base", "tuned": "countdown-distilled"})
    assert ran.planned(config=config) == JOBS_OF_A_NEW_PAIR


def test_a_prompt_more_plans_its_own_samples_and_what_is_compared_with_them(ran):
    config = tiny_config()
    config["models"]["countdown-base"] = {"prompts": ["countdown", "chain"]}
    planned = ran.planned(config=config)
    own = {"render_prompts": 1, "sample_block": 2, "verify_block": 2, "summarise_curve": 1, "state_claims": 1}
    assert own.items() <= planned.items()
    assert planned["compare"] == 2  # choices wait for the new samples, and curves do not


def test_raising_n_plans_only_new_blocks_and_what_depends_on_them(ran):
    config = tiny_config()
    config["benchmarks"]["chain"]["samples"] = 6
    assert ran.planned(config=config) == {
        "sample_block": 1,
        "verify_block": 1,
        "summarise_curve": 1,
        "count_false_accepts": 1,
        "draw_figures": 1,
        "make_tables": 1,
        "browse_samples": 1,
        "make_report": 1,
    }


def test_a_group_adds_its_pairs_its_figure_and_its_table(ran):
    config = tiny_config(groups={"GRPO steps": {"base": "countdown-base", "members": {50: "countdown-grpo-50"}}})
    assert ran.planned(config=config) == JOBS_OF_A_NEW_GROUP | {"make_report": 1}


def test_runs_of_one_recipe_are_compared_together(ran):
    config = tiny_config(runs={"grpo": ["countdown-grpo-50", "countdown-grpo-100"]})
    config["models"]["countdown-grpo-100"] = {}
    config["pairs"].append({"base": "countdown-base", "tuned": "grpo"})
    planned = ran.planned(config=config)
    assert (planned["sample_block"], planned["compare"]) == (2, 1)
    ran.snakemake("results/claims.json", config=config)
    claims = json.loads(ran.path("results/claims.json").read_text())["claims"]
    of_runs = [claim for claim in claims if claim["tuned"] == "grpo"]
    assert len(of_runs) == 3  # better, overtakes, coverage
    rates = []
    for model in ("countdown-grpo-50", "countdown-grpo-100", "countdown-base"):
        counts = pl.read_parquet(ran.path(f"results/counts/{model}/countdown/t0.6.parquet"))
        rates.append((counts["c"] / counts["n"]).mean())
    assert of_runs[0]["estimate"] == pytest.approx((rates[0] + rates[1]) / 2 - rates[2])
    together = ran.path("results/passk/grpo/countdown/t0.6.parquet")
    config["groups"] = {"algorithm": {"base": "countdown-base", "members": {"GRPO": "grpo"}}}
    ran.snakemake("algorithm", "results/figures/countdown/t0.6/passk.svg", "results/tables/trends.csv", config=config)
    assert pl.read_parquet(together)["estimate"][0] == pytest.approx((rates[0] + rates[1]) / 2)
    figure = ran.path("results/figures/countdown/t0.6/passk.svg").read_text()
    assert ">grpo<" in figure
    assert "grpo-100" not in figure
    config["runs"]["grpo"][1] = "countdown-grpo-5"
    assert "runs.grpo: 'countdown-grpo-5' is not a model of this run" in ran.snakemake("-n", config=config, fails=True)


def test_a_top_up_samples_undecided_problems_alone_and_changes_no_curve(ran):
    config = tiny_config()
    config["benchmarks"]["countdown"]["topup"] = 2
    curve = "results/pairs/countdown-base-vs-countdown-grpo-50/countdown/t0.6"
    before = pl.read_parquet(ran.path(f"{curve}/difference.parquet"))
    planned = ran.planned(f"{curve}/overlap.parquet", config=config)
    assert planned == {
        "list_undecided": 1,
        "sample_topup": 2,
        "verify_topup": 2,
        "count_topup": 2,
        "compare": 1,
    }
    ran.snakemake(f"{curve}/overlap.parquet", config=config)
    undecided = set(pl.read_parquet(ran.path("results/topup/plan/countdown/t0.6.parquet"))["problem_id"])
    problems = pl.read_parquet(ran.path(f"{curve}/overlap.parquet"))
    assert 0 < len(undecided) < len(problems)
    for row in problems.iter_rows(named=True):
        assert row["n_base"] == row["n_tuned"] == (6 if row["problem_id"] in undecided else 4)
    assert pl.read_parquet(ran.path(f"{curve}/difference.parquet")).equals(before)


def test_another_block_size_samples_nothing_again(ran):
    config = tiny_config()
    config["benchmarks"]["chain"]["block"] = 4
    folder = ran.path("results/samples/chain-base/chain/t0.6")
    old = pl.concat(pl.read_parquet(file) for file in folder.glob("[0-9]*.parquet"))
    output = ran.snakemake("samples", config=config)
    assert "40 samples are taken from finished blocks" in output
    assert "sampling with" not in output
    new = pl.read_parquet(folder / "0000-0003.parquet")
    order = ["problem_id", "sample_index"]
    assert new.sort(order).equals(old.sort(order))


def test_adding_a_benchmark_leaves_the_others_alone(ran):
    config = tiny_config()
    (ran.root / "own.jsonl").write_text('{"q": "07 % 02", "a": "11"}\n{"q": "08 % 02", "a": "12"}\n')
    own = {"file": "own.jsonl", "question": "q", "answer": "a", "verifier": "math", "samples": 2, "block": 2}
    config["benchmarks"]["own"] = own
    config["models"]["own-chain"] = {"weights": "resources/zoo/chain-base", "prompt": "chain", "benchmarks": ["own"]}
    planned = ran.planned(config=config)
    assert (planned["build_benchmark"], planned["sample_block"], planned["verify_block"]) == (1, 1, 1)


def test_touched_files_plan_nothing(ran):
    for pattern in ("workflow/scripts/**/*.py", "rules/*.smk", "config/**/*.yaml", "results/**/*.parquet"):
        touch(ran, pattern)
    assert ran.planned(config=tiny_config()) == {}


def test_editing_a_sampling_script_plans_no_sampling(ran):
    for file in ("sample_block.py", "boundary/sampling/blocks.py", "boundary/sampling/engines/transformers.py"):
        ran.append(f"workflow/scripts/{file}", "EDITED = True")
    assert ran.planned(config=tiny_config()) == {}


def test_a_finished_block_outlives_whatever_makes_its_job_run_again(ran):
    shutil.rmtree(ran.path("results/prompts"))
    block = ran.path("results/samples/chain-base/chain/t0.6/0000-0001.parquet")
    before = block.read_bytes()
    output = ran.snakemake("samples", "--forcerun", "sample_block", config=tiny_config())
    assert output.count("has these samples already: nothing is sampled") == 6
    assert "sampling with" not in output
    assert block.read_bytes() == before


def test_another_configuration_samples_again_and_keeps_the_old_block(ran):
    config = tiny_config()
    config["decodings"]["t0.6"]["temperature"] = 0.7
    block = "results/samples/chain-base/chain/t0.6/0000-0001.parquet"
    before = ran.path(block).read_bytes()
    ran.snakemake(block, config=config)
    kept = [file.read_bytes() for file in ran.path(block).parent.glob(".0000-0001.*.parquet")]
    assert len(kept) == 2
    assert before in kept
    assert before != ran.path(block).read_bytes() in kept


def test_after_a_failed_attempt_to_sample_again_it_is_planned_again(ran):
    """The engine cannot start, as when a GPU is out of memory."""
    config = tiny_config(engine="vllm")
    config["decodings"]["t0.6"]["temperature"] = 0.7
    block = "results/samples/chain-base/chain/t0.6/0000-0001.parquet"
    ran.snakemake(block, config=config, fails=True)
    assert ran.planned(block, config=config | {"engine": "transformers"})["sample_block"] == 1
    ran.snakemake(block, config=config | {"engine": "transformers"})
    assert store.about(ran.path(block))["spec"]["decoding"]["temperature"] == 0.7


def test_a_corrected_gold_answer_samples_nothing(project):
    rows = '{"q": "07 % 02", "a": "11"}\n{"q": "08 % 02", "a": "12"}\n'
    (project.root / "own.jsonl").write_text(rows)
    own = {"file": "own.jsonl", "question": "q", "answer": "a", "verifier": "math", "samples": 2, "block": 2}
    model = {"weights": "resources/zoo/chain-base", "prompt": "chain", "benchmarks": ["own"]}
    config = tiny_config(models={"mine": model}, benchmarks={"own": own}, pairs=[])
    project.snakemake("verdicts", config=config)
    (project.root / "own.jsonl").write_text(rows.replace('"12"', '"13"'))
    output = project.snakemake("verdicts", config=config)
    assert "nothing is sampled" in output
    assert "sampling with" not in output
    (log,) = project.path("results/logs/verdicts/mine/own/t0.6").glob("*.log")
    assert "distinct answers" in log.read_text()


def test_raising_the_sampling_protocol_plans_all_sampling(ran):
    ran.edit("workflow/scripts/boundary/identity.py", "SAMPLING_PROTOCOL = 1", "SAMPLING_PROTOCOL = 2")
    assert ran.planned(config=tiny_config())["sample_block"] == 6


def test_editing_a_grader_replans_its_verification_and_no_sampling(ran):
    ran.edit("workflow/scripts/boundary/verifying/grading/countdown.py", "version = 1", "version = 2")
    planned = ran.planned(config=tiny_config())
    assert planned["verify_block"] == 4  # countdown only: two models, two blocks
    assert "sample_block" not in planned
    assert planned["make_report"] == 1


def test_what_no_grader_of_a_benchmark_uses_replans_nothing_there(ran):
    for file in ("sandbox/zygote.py", "grading/code.py", "grading/paper.py"):
        ran.append(f"workflow/scripts/boundary/verifying/{file}", "EDITED = True")
    planned = ran.planned(config=tiny_config())
    assert planned["verify_block"] == 2  # chain, whose answers `paper` grades too; no benchmark has programs
    assert "sample_block" not in planned


def test_another_grader_for_the_figures_verifies_nothing_again(ran):
    config = tiny_config()
    config["benchmarks"]["chain"]["grader"] = "paper"
    assert ran.planned(config=config) == {"draw_figures": 1, "make_tables": 1, "browse_samples": 1, "make_report": 1}


def test_other_limits_verify_again_and_a_lower_minimum_does_not(ran):
    assert ran.planned(config=tiny_config(verification={"minimum_isolation": "seccomp"})) == {}
    planned = ran.planned(config=tiny_config(verification={"seconds_per_answer": 9}))
    assert planned["verify_block"] == 6
    assert "sample_block" not in planned


def test_a_deleted_verdict_cache_plans_nothing_and_changes_nothing(ran):
    block = "results/verdicts/chain-base/chain/t0.6/0000-0001.parquet"
    before = ran.path(block).read_bytes()
    shutil.rmtree(ran.path("results/cache"))
    assert ran.planned(config=tiny_config()) == {}
    ran.snakemake("--forcerun", "verify_block", "--until", "verify_block", config=tiny_config())
    assert ran.path(block).read_bytes() == before


def test_editing_a_figure_redraws_it_and_no_more(ran):
    ran.append("workflow/scripts/boundary/report/figures/overlap.py", "EDITED = True")
    assert ran.planned(config=tiny_config()) == {"draw_figures": 1, "make_report": 1}


def test_a_comment_or_a_docstring_plans_nothing(ran):
    files = {"boundary/report/figures/overlap.py": "Solvable", "boundary/verifying/verify.py": "Verification"}
    for file, word in files.items():
        ran.edit(f"workflow/scripts/{file}", f'"""{word}', f'"""Edited. {word}')
        ran.append(f"workflow/scripts/{file}", "# edited")
    assert ran.planned(config=tiny_config()) == {}


def test_nothing_that_is_estimated_plans_samples_where_undecided_problems_get_more(ran):
    config = tiny_config()
    config["benchmarks"]["countdown"]["topup"] = 2
    ran.snakemake(config=config)
    assert ran.planned(config=config) == {}
    config["analysis"] = {"beyond": 4}
    ran.append("workflow/scripts/boundary/analysis/metrics.py", "EDITED = True")
    planned = ran.planned(config=config)
    assert planned["summarise_curve"] == 3
    assert not {"list_undecided", "sample_block", "sample_topup", "verify_block"} & planned.keys()


def test_a_moved_folder_plans_nothing(ran, tmp_path):
    assert ran.copy(tmp_path / "elsewhere").planned(config=tiny_config()) == {}


def test_a_touched_sampling_script_plans_nothing_without_the_profile_either(ran):
    """Where the trigger `code` is on, as in a module of another workflow, a script's time stamp would count."""
    touch(ran, "workflow/scripts/*.py")
    planned = ran.planned("samples", "--workflow-profile", "none", config=tiny_config())
    assert planned == {}


def test_labels_redraw_figures_and_speed_settings_do_nothing(ran):
    config = tiny_config(engines={"transformers": {"batch_size": 7}})
    config["models"]["chain-base"] = {"label": "my base"}
    named = {
        "draw_figures": 1,
        "make_tables": 2,
        "state_claims": 1,
        "browse_samples": 1,
        "make_report": 1,
    }  # they name models
    assert ran.planned(config=config) == named


def test_another_temperature_under_the_same_name_samples_again(ran):
    config = tiny_config()
    config["decodings"]["t0.6"]["temperature"] = 0.7
    assert ran.planned(config=config)["sample_block"] == 6


def test_swapping_two_decoding_values_is_noticed(ran):
    config = tiny_config()
    config["decodings"]["t0.6"] |= {"temperature": 0.95, "top_p": 0.6}
    assert ran.planned(config=config)["sample_block"] == 6


def test_changed_problems_of_an_own_file_are_sampled_again(project):
    rows = '{"q": "07 % 02", "a": "11"}\n{"q": "08 % 02", "a": "12"}\n'
    (project.root / "own.jsonl").write_text(rows)
    own = {"file": "own.jsonl", "question": "q", "answer": "a", "verifier": "math", "samples": 2, "block": 2}
    model = {"weights": "resources/zoo/chain-base", "prompt": "chain"}
    config = tiny_config(models={"chain-base": model}, benchmarks={"own": own}, pairs=[])
    config["models"]["chain-base"]["benchmarks"] = ["own"]
    project.snakemake("samples", config=config)
    assert project.planned("samples", config=config) == {}
    (project.root / "own.jsonl").write_text(rows.replace("08", "09"))
    assert project.planned("samples", config=config)["sample_block"] == 1


def test_a_users_config_replaces_the_default_run(project):
    output = project.snakemake("--dry-run", config=tiny_config())
    assert "countdown-distilled" not in output
    default = yaml.safe_load(project.path("config/config.yaml").read_text())
    assert project.planned()["sample_block"] == len(default["models"])


def test_the_plan_says_what_is_left_to_sample_and_samples_nothing(ran):
    config = tiny_config()
    config["benchmarks"]["chain"]["samples"] = 8
    config["models"]["countdown-grpo-100"] = {}
    for _ in range(2):  # it prints every time
        output = ran.snakemake("plan", config=config)
        rows = {line.split()[0]: line.split() for line in output.splitlines() if " t0.6 " in line}
        assert rows["chain-base"][3:6] == ["4", "2", "40"]
        assert rows["countdown-base"][3:6] == ["2", "0", "0"]
        assert rows["countdown-grpo-100"][3:6] == ["2", "2", "40"]
        assert "other models' blocks" in " ".join(rows["countdown-grpo-100"])
    assert not ran.path("results/samples/countdown-grpo-100").exists()
    assert int(rows["chain-base"][6].replace(",", "")) > 40
