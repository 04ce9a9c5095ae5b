"""How well the probe of contamination tells questions that a model was trained on from new ones. By hand.

    python tests/benchmarks/probe_auc.py [steps]

A tiny model is trained from nothing on the questions of 20 planted problems of the chain, among fresh ones, and then
goes on with the first part of these 20 and of 100 that it never saw. AUC of ROUGE-L, and how many it continues exactly:
with 150 steps (68 seconds on one slow core) 0.988, 16 of the 20 planted and none of the new.
"""

import sys
import time
from pathlib import Path
from random import Random

import polars as pl
import torch
from scipy import stats

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "workflow/scripts"))

from boundary.screening.contamination import contamination
from boundary.screening.probes import probes
from boundary.zoo.fitting import Fitting
from boundary.zoo.tasks import chain

PLANTED, NEW, SHARE = 20, 100, 0.5  # share of a document's being a planted one
STEPS = int(sys.argv[1]) if len(sys.argv) > 1 else 300


def continuation(model, tokenizer, text: str) -> str:
    ids = tokenizer(text, return_tensors="pt")["input_ids"]
    with torch.inference_mode():
        made = model.generate(ids, do_sample=False, max_new_tokens=24, pad_token_id=tokenizer.pad_token_id)
    return tokenizer.decode(made[0, ids.shape[1] :], skip_special_tokens=True)


def main() -> None:
    torch.set_num_threads(1)
    rows = [row for row in chain.benchmark(200, seed=1) if row["stratum"] != "3 steps"][: PLANTED + NEW]
    problems = pl.DataFrame(rows).select("problem_id", "question", gold=pl.lit("{}"), images=pl.lit(None))
    names = problems["problem_id"].to_list()
    planted = set(Random(0).sample(names, PLANTED))
    known = [row["question"] for row in rows if row["problem_id"] in planted]

    def document(rng: Random) -> tuple[str, str]:
        if rng.random() < SHARE:
            return rng.choice(known), " : "
        return chain.document(rng)

    started = time.monotonic()
    recipe = {"algorithm": "pretrain", "steps": STEPS, "documents": 32, "muon_lr": 0.01, "adam_lr": 0.003}
    fitting = Fitting(chain, recipe | {"warmup": 20, "decay": 0.3, "prompt_weight": 1.0}, 0, None)
    fitting.draw = document
    for number in range(1, STEPS + 1):
        fitting.step(number)
    model, tokenizer = fitting.policy.eval(), fitting.tokenizer
    probe = probes(problems, 0.6)
    texts = [continuation(model, tokenizer, question) for question in probe["question"]]
    samples = {"tiny": pl.DataFrame({"problem_id": probe["problem_id"], "text": texts})}
    found = contamination(problems, probe, samples, None, 8, 0.5)
    seen = found["problem_id"].is_in(list(planted))
    one, other = found.filter(seen), found.filter(~seen)
    u = stats.mannwhitneyu(one["rouge_l"], other["rouge_l"]).statistic
    print(f"{STEPS} steps, {time.monotonic() - started:.0f} s: AUC {u / len(one) / len(other):.3f};")
    print(f"exact: {one['exact'].sum()} of {len(one)} planted, {other['exact'].sum()} of {len(other)} new")


if __name__ == "__main__":
    main()
