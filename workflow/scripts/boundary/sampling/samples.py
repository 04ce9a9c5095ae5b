"""The columns of a block of samples, our own or imported."""

import polars as pl

from boundary.files import store
from boundary.importing.formats import has_scores, is_episodes
from boundary.sampling.templates import by_chat
from boundary.schema import Schema

SCHEMA: Schema = {
    "problem_id": pl.String,
    "sample_index": pl.Int64,
    "text": pl.String,
    "tokens": pl.Int64,
    "finish_reason": pl.String,  # stop, length, other; null where nobody knows
    "cumulative_logprob": pl.Float64,
    "seed": pl.Int64,
}

OF_EPISODES: Schema = {  # see importing/episodes.py; the final reward of one is its `score`
    "turns": pl.Int64,
    "solved_turn": pl.Int64,  # null where nobody knows, or it was not solved
    "messages": pl.String,
}


def schema_of(spec: dict) -> Schema:
    """The columns of a block: SCHEMA; the log-probability of every token where the decoding keeps them; what a model
    thought before its response (null: nothing that the server tells) where a chat endpoint is sampled; and of an
    imported one the score that its file gives, where it may, and of multiple choice which of the benchmark's options
    stood at each place, and of episodes OF_EPISODES."""
    if "responses" in spec:
        said = spec["responses"]
        more: Schema = {"score": pl.Float64} if has_scores(said) else {}
        more |= {"order": pl.List(pl.Int64)} if said.get("choice") else {}
        return SCHEMA | more | (OF_EPISODES if is_episodes(said) else {})
    kept: Schema = {"logprobs": pl.List(pl.Float64)} if spec["decoding"].get("logprobs") else {}
    return SCHEMA | kept | ({"thought": pl.String} if by_chat(spec.get("model", {})) else {})


def temperature_of(path: str) -> float:
    """The temperature that was found where a decoding says none, see likelihood/matching.py."""
    found = store.read(path, ["whose", "chosen", "temperature"])
    return found.filter((pl.col("whose") == "tuned") & pl.col("chosen"))["temperature"].item()
