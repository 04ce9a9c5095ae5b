"""Multiple choice end to end, from sampling: a tiny model that draws letters matches its guessing baseline."""

import json
from random import Random

import numpy as np
import polars as pl
import pytest

from conftest import tiny_config

PROBLEMS, SAMPLES, LETTERS = 24, 16, "ABCDEF"


@pytest.fixture(scope="module")
def guessers(tmp_path_factory) -> dict[str, str]:
    """Two models of random weights whose vocabulary is letters in boxes: folders by name."""
    import torch

    from boundary.zoo.model import new_model, save
    from boundary.zoo.tokenizer import word_tokenizer

    words = [f"\\boxed{{{letter}}}{'.' * times}" for letter in LETTERS for times in range(20)]
    tokenizer, found = word_tokenizer(words), {}
    for seed, name in enumerate(("guesser", "parrot")):
        torch.manual_seed(seed)
        model = new_model(tokenizer, width=32, layers=1)
        with torch.no_grad():
            model.lm_head.weight.zero_()  # every one of 128 tokens as likely as any other, and 120 are words
        folder = tmp_path_factory.mktemp(name)
        save(model, tokenizer, folder)
        found[name] = str(folder)
    return found


def questions(path, publish: bool = True) -> dict:
    """Problems with three to six options, of which a cell may be empty; the first option is right."""
    rng = Random(48)
    with path.open("w") as file:
        for i in range(PROBLEMS):
            options = [f"{i} and {j}" for j in range(rng.randint(3, 6))]
            row = {"question": f"Which one, {i}?", "o1": None} | {"options": [*options, None], "answer": options[0]}
            file.write(json.dumps(row) + "\n")
    entry = {"file": path.name, "question": "question", "choices": "options", "answer": "answer", "seed": 7}
    entry |= {"verifier": "choice", "samples": SAMPLES, "block": SAMPLES // 2}
    return entry if publish else entry | {"publish": False}


def test_guessing_letters_is_what_the_floor_says_and_coverage_is_claimed_where_it_is_low(ran, guessers):
    config = tiny_config()
    config["benchmarks"]["letters"] = questions(ran.path("letters.jsonl"), publish=False)
    decoding = {"temperature": 1.0, "max_tokens": 1, "benchmarks": ["letters"]}
    config["decodings"] = {"t0.6": config["decodings"]["t0.6"] | {"benchmarks": ["countdown", "chain"]}, "t1": decoding}
    config["models"] |= {
        name: {"weights": folder, "prompt": "choice", "benchmarks": ["letters"]} for name, folder in guessers.items()
    }
    config["pairs"].append({"base": "guesser", "tuned": "parrot"})
    planned = ran.planned(config=config)
    assert planned["sample_block"] == 4  # two blocks of either: nothing of what was there
    ran.snakemake("results/claims.json", "results/report.html", config=config)

    problems = pl.read_parquet(ran.path("results/benchmarks/letters.parquet"))
    rates = problems["guess_rate"].to_numpy()
    assert set(rates) == {1 / 3, 1 / 4, 1 / 5, 1 / 6}
    counts = pl.read_parquet(ran.path("results/counts/guesser/letters/t1.parquet"))
    drawn, rate = PROBLEMS * SAMPLES, 120 / 128 / len(LETTERS)  # of one letter, also of those that are no option
    assert counts["c"].sum() == pytest.approx(drawn * rate, abs=4 * np.sqrt(drawn * rate * (1 - rate)))

    claims = json.loads(ran.path("results/claims.json").read_text())
    own = [claim for claim in claims["claims"] if claim["benchmark"] == "letters"]
    (coverage,) = [claim for claim in own if claim["kind"] == "coverage"]
    largest = int((1 - ((1 - rates)[:, None] ** np.arange(1, SAMPLES + 1)).mean(0) <= 0.5).sum())
    assert (coverage["k"], largest < SAMPLES // 2) == (largest, True)
    assert not [claim for claim in own if claim["kind"] == "overtakes"]
    assert "On letters at the largest k" in claims["rule"]["text"]["coverage narrowed or widened"]
    page = ran.path("results/report.html").read_text()
    assert "stays at 1 / options" in page
    assert "Which one, 0?" not in page
    assert not ran.path("results/browse/letters").exists()
    assert ran.path("results/browse/countdown/t0.6/index.html").exists()
