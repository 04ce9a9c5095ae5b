"""The columns of a file of verdicts: one row per sample and grader."""

import polars as pl

SCHEMA = {
    "problem_id": pl.String,
    "sample_index": pl.Int64,
    "tokens": pl.Int64,
    "finish_reason": pl.String,
    "text_hash": pl.UInt64,
    "grader": pl.String,
    "answer": pl.String,
    "correct": pl.Boolean,
    "reason": pl.String,  # match, mismatch, no answer, truncated, interrupted, timeout, error
    "detail": pl.String,
}
