"""The review sheet: one page, without network, on which people judge responses with hidden models."""

import base64
import hashlib
import json

import polars as pl
from jinja2 import Environment

from boundary.contracts import Reviewed, ReviewSpec
from boundary.validity.responses import drawn

MEDIA = {b"\x89PNG": "png", b"\xff\xd8": "jpeg", b"GIF8": "gif", b"RIFF": "webp"}  # by their first bytes


def rows(responses: dict[str, pl.DataFrame], most: int) -> pl.DataFrame:
    """The responses on the page, with their `model`: at most a given number per model and problem, in the order of the
    page.

    Problems are in random order, each with the responses of all models, mixed: by digests of their facts.
    """
    named = [drawn(frame, most).with_columns(model=pl.lit(name)) for name, frame in responses.items()]
    every = pl.concat(named)
    place = [hashlib.sha256(problem_id.encode()).hexdigest() for problem_id in every["problem_id"]]
    return every.with_columns(place=pl.Series(place, dtype=pl.String)).sort("place", "id").drop("place")


def page(template: str, shown: pl.DataFrame, problems: dict[str, Reviewed], spec: ReviewSpec) -> str:
    """The page as HTML, from a Jinja template. shown: `rows`. problems: `asked_of`.

    spec: benchmark, decoding, below, responses. Text of models, benchmarks and users is only JSON, which the page's
    program shows as text.
    """
    data = {
        "name": f"{spec['benchmark']}, {spec['decoding']}",
        "problems": problems,
        "responses": shown.select("id", "problem_id", "text", "answer").to_dicts(),
    }
    environment = Environment(autoescape=True, keep_trailing_newline=True)
    return environment.from_string(template).render(spec=spec, data=data)


def asked_of(shown: pl.DataFrame, problems: pl.DataFrame) -> dict[str, Reviewed]:
    """Question, gold answers (none for programs, which have tests) and images of the problems of `rows`, by id."""
    wanted = problems.join(shown, on="problem_id", how="semi")
    return {
        problem_id: {
            "question": question,
            "golds": list(json.loads(gold).get("answers", ())),
            "images": [_data_uri(image) for image in images or ()],
        }
        for problem_id, question, gold, images in wanted.select("problem_id", "question", "gold", "images").iter_rows()
    }


def _data_uri(image: bytes) -> str:
    kind = next((kind for start, kind in MEDIA.items() if image.startswith(start)), "png")
    return f"data:image/{kind};base64,{base64.b64encode(image).decode()}"
