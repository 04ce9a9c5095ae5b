"""Pages of samples: one page per condition, and files for each problem that it loads on demand.

The files are scripts, because a page opened from disk may load only scripts. Each line is a call with JSON: samples are
written as they are read, and only part of a block is in memory.
"""

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import polars as pl
from jinja2 import Environment
from markupsafe import Markup

from boundary.analysis.solvable import exact_status
from boundary.benchmarks import stored
from boundary.contracts import Turn
from boundary.files import store
from boundary.importing.formats import is_episodes
from boundary.report.page.choice import SAMPLE, chosen, kinds, totals
from boundary.report.page.render import as_data
from boundary.sampling.samples import OF_EPISODES
from boundary.schema import Schema

MOST_BYTES = 1_900_000  # of one file
MOST_CHARACTERS = 250_000  # of one text: more is left out in its middle
MOST_OF_ANSWER, MOST_GOLDS = 2000, 20  # characters of one, and how many of a problem
AT_ONCE = 16 << 20  # bytes of a file of samples that are in memory
MEDIA = {b"\x89PNG": "png", b"\xff\xd8": "jpg", b"GIF8": "gif", b"RIFF": "webp"}  # by their first bytes
OF_SAMPLE = ["problem_id", "sample_index", "text", "tokens", "finish_reason"]
OF_VERDICT = ["problem_id", "sample_index", "grader", "correct", "reason"]
MOST_TALLIED = 8  # answers of a problem, the commonest of a model, that are shown with how often they were given


class Parts:
    """Files `{name}-0.js`, `{name}-1.js`, ... of a folder, each of at most MOST_BYTES."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.sizes: dict[str, list[int]] = {}

    def add(self, name: str, function: str, *values) -> None:
        """Append a call of a function of the page to the last file of `name`, or start a new file."""
        line = f"{function}({','.join(_json(value) for value in values)});\n".encode()
        sizes = self.sizes.setdefault(name, [0])
        if sizes[-1] and sizes[-1] + len(line) > MOST_BYTES:
            sizes.append(0)
        with open(self.folder / f"{name}-{len(sizes) - 1}.js", "ab") as file:
            file.write(line)
        sizes[-1] += len(line)


def _json(value) -> str:
    return str(as_data(value))


def write(folder: Path, given: dict, spec: dict, names: dict[str, str], templates: list[str]) -> None:
    """All files of a condition. given: files of `samples` and `verdicts`, model after model, of `problems`, and of
    `labelled` responses (`validity.outcome`), if any.

    spec: of `spec.browse`. names: benchmark and decoding. templates: style, page and program.
    """
    data = folder / "data"
    data.mkdir(parents=True)
    parts = Parts(data)
    numbers = {problem_id: number for number, problem_id in enumerate(_problems(given["problems"], parts))}
    solved: dict[str, dict[str, list]] = {}
    of_reviews = (store.read(path).select(*LABELLED) for path in given["labelled"])
    labels = pl.concat([pl.DataFrame(schema=LABELLED), *of_reviews])
    samples, verdicts = iter(given["samples"]), iter(given["verdicts"])
    for model in spec["models"]:
        blocks = list(zip(islice(samples, model["blocks"]), islice(verdicts, model["blocks"]), strict=True))
        found = kinds(pl.concat(store.read(path, OF_VERDICT).select(OF_VERDICT) for _, path in blocks), spec["grader"])
        kept, counted = chosen(found, spec["samples"]), totals(found)
        n, right = (counted[name].to_numpy() for name in ("n", "right"))
        status = exact_status(n, right, spec["rate"], spec["level"], every=True)
        rows = counted.select("problem_id", "n", "right", "disagree", status=pl.Series(status)).iter_rows()
        for problem_id, *counts in rows:
            solved.setdefault(problem_id, {})[model["name"]] = counts
        for problem_id, tally, others in tallies((path for _, path in blocks), spec["grader"]):
            parts.add(f"p{numbers[problem_id]}", "tally", model["name"], tally, others)
        known = {row[:2]: row[2:] for row in labels.filter(model=model["name"]).drop("model").iter_rows()}
        for sample in _samples(blocks, kept):
            if label := known.get((sample["problem_id"], sample["sample_index"])):
                sample["label"] = label
            parts.add(f"p{numbers[sample.pop('problem_id')]}", "sample", model["name"], sample)
    for problem_id, number in numbers.items():
        if problem_id in solved:
            counts = [solved[problem_id].get(model["name"]) for model in spec["models"]]
            parts.add("list", "listed", problem_id, number, len(parts.sizes[f"p{number}"]), counts)
    page = {"lists": len(parts.sizes.get("list", ())), **spec, **names}
    styles, template, script = templates
    environment = Environment(autoescape=True, keep_trailing_newline=True)
    shown = {"styles": Markup(styles), "script": Markup(script), "spec": spec | names, "page": as_data(page)}
    (folder / "index.html").write_text(environment.from_string(template).render(**shown))


LABELLED: Schema = {"model": pl.String, "problem_id": pl.String, "sample_index": pl.Int64, "verdict": pl.String}
LABELLED |= {"reviewers": pl.UInt32, "judge": pl.Boolean}


def tallies(verdicts: Iterable[str], grader: str) -> Iterator[tuple[str, list[tuple[str, bool, int]], int]]:
    """For every problem the most common answers and the right ones with their numbers of samples, and the numbers of
    samples with other answers and with none. verdicts: files of a model's blocks."""
    key = ("problem_id", "answer", "correct")
    blocks = (store.read(path, [*key, "grader"]).filter(grader=grader) for path in verdicts)
    counted = pl.concat(block.group_by(key, maintain_order=True).agg(pl.len().alias("samples")) for block in blocks)
    counted = counted.group_by(key, maintain_order=True).agg(pl.col("samples").sum())
    for (problem_id,), answers in counted.group_by("problem_id", maintain_order=True):
        given = answers.drop_nulls("answer").sort("samples", descending=True, maintain_order=True)
        given = pl.concat([given[:MOST_TALLIED], given[MOST_TALLIED:].filter("correct")[:MOST_TALLIED]])
        shown = [(answer[:MOST_OF_ANSWER], correct, n) for answer, correct, n in given.drop("problem_id").iter_rows()]
        yield str(problem_id), shown, int(answers["samples"].sum()) - int(given["samples"].sum())


def _problems(file: str, parts: Parts) -> Iterator[str]:
    """The ids of the problems in order, as question, golds and images are written."""
    number = 0
    for piece in stored.pieces(file, ["problem_id", "question", "gold", "stratum", "guess_rate", "images"]):
        for problem_id, question, gold, stratum, guess, images in piece.iter_rows():
            shown = [_save(image, parts.folder / f"p{number}-{i}") for i, image in enumerate(images or ())]
            said = {"id": problem_id, "question": shortened(question), "golds": golds(gold)}
            parts.add(f"p{number}", "problem", said | {"stratum": stratum, "guess": guess, "images": shown})
            yield problem_id
            number += 1


def golds(gold: str) -> list[str]:
    """The right answers of a problem; none for a program, which has tests."""
    if len(gold) > MOST_CHARACTERS:
        return []
    return [str(answer)[:MOST_OF_ANSWER] for answer in json.loads(gold).get("answers", ())][:MOST_GOLDS]


def _save(image: bytes, path: Path) -> str:
    kind = next((kind for start, kind in MEDIA.items() if image.startswith(start)), "png")
    path.with_suffix(f".{kind}").write_bytes(image)
    return f"{path.name}.{kind}"


def _samples(blocks: Iterable[tuple[str, str]], kept: pl.DataFrame) -> Iterator[dict]:
    """The samples that are kept, in the order of their blocks, with what every grader says of them."""
    for samples, verdicts in blocks:
        store.require_spec(verdicts, store.about(samples)["spec"])
        of_block = pl.concat(
            batch.join(kept, on=SAMPLE, how="semi")
            for batch in store.batches(verdicts, [*OF_VERDICT, "answer", "detail"], most_bytes=AT_ONCE)
        )
        said: dict[tuple, list] = {}
        for problem_id, index, *verdict in of_block.iter_rows():
            said.setdefault((problem_id, index), []).append(_verdict(*verdict))
        more = list(OF_EPISODES) if is_episodes(store.about(samples)["spec"].get("responses", {})) else []
        for batch in store.batches(samples, OF_SAMPLE + more, most_bytes=AT_ONCE):
            for row in batch.join(of_block, on=SAMPLE, how="semi", maintain_order="left").iter_rows(named=True):
                shown = {"text": shortened(row["text"]), "verdicts": said[row["problem_id"], row["sample_index"]]}
                yield row | shown | ({"messages": transcript(row["messages"])} if more else {})


def transcript(messages: str) -> list[Turn]:
    """The messages of an episode (see importing/episodes.py), shortened to MOST_CHARACTERS together."""
    shown: list[Turn] = []
    every, left = json.loads(messages), MOST_CHARACTERS
    for message in every:
        if left <= 0:
            return [*shown, {"role": "", "text": f"[... {len(every) - len(shown):,} messages are not shown here ...]"}]
        calls = [[part[:left] for part in call] for call in message.get("calls", ())]
        one: Turn = {"role": message["role"], "text": shortened(message["text"], left)}
        if calls:
            one["calls"] = calls
        left -= len(one["text"]) + sum(len(part) for call in calls for part in call)
        shown.append(one)
    return shown


def _verdict(grader: str, correct: bool, reason: str, answer: str | None, detail: str | None) -> list:
    return [grader, correct, reason, answer and answer[:MOST_OF_ANSWER], detail and detail[:MOST_OF_ANSWER]]


def shortened(text: str, most: int | None = None) -> str:
    """A text without its middle if it is longer than `most` characters, or MOST_CHARACTERS."""
    most = MOST_CHARACTERS if most is None else most
    if len(text) <= most:
        return text
    half = max(1, most // 2)
    return f"{text[:half]}\n[... {len(text) - 2 * half:,} characters are not shown here ...]\n{text[-half:]}"
