"""Validity: sheets are made where they are asked for by name, and labels change nothing but what is made of them."""

import json

import polars as pl

from conftest import tiny_config

OF_LABELS = {"judge_validity": 1, "browse_samples": 1, "draw_figures": 1, "make_tables": 1, "make_report": 1}
CURVES = "results/validity/judged/countdown/t0.6/curves.parquet"


def test_sheets_and_labels(ran):
    config = tiny_config(validity={"below": 0.9})
    assert ran.planned(config=config) == {}
    assert ran.planned("review", config=config) == {"list_rare_responses": 1, "make_sheet": 1, "review": 1}
    ran.snakemake("review", config=config)
    key = pl.read_parquet(ran.path("results/review/countdown/t0.6.parquet"))
    page = ran.path("results/review/countdown/t0.6.html").read_text()
    assert len(key) > 0
    assert all(one in page for one in key["id"])
    assert not any(model in page for model in key["model"])

    config["validity"]["labels"] = {"countdown": "program"}
    assert ran.planned(config=config) == OF_LABELS
    ran.snakemake("results/tables/validity.csv", config=config)
    by_program = pl.read_csv(ran.path("results/tables/validity.csv"))
    assert by_program["problems_reviewed"].to_list() == by_program["problems_in_range"].to_list()
    curves = pl.read_parquet(ran.path(CURVES))
    assert curves["least"].to_list() == curves["most"].to_list() == curves["cot_passk"].to_list()

    labels = [{"id": one, "label": "invalid", "reviewer": "Anna"} for one in key["id"]] + [
        {"id": "x", "label": "valid"}
    ]
    ran.path("anna.json").write_text(json.dumps(labels))
    config["validity"]["labels"] = {"countdown": "anna.json"}
    assert ran.planned("results/tables/validity.csv", config=config) == {"judge_validity": 1, "make_tables": 1}
    ran.snakemake("results/tables/validity.csv", config=config)
    by_anna = pl.read_csv(ran.path("results/tables/validity.csv"))
    assert by_anna["responses_reviewed"].sum() == len(key)
    assert by_anna["problems_valid"].sum() == 0
    config["validity"]["responses"] = 1  # the sheet alone depends on it
    assert "judge_validity" not in ran.planned("results/tables/validity.csv", config=config)
