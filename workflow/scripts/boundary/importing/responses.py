"""Samples that exist already, brought into the form of our own: files of other tools by the name of their format, or
rows with named columns; many responses of a problem in one row (a list, or lists of lists) or one per row."""

import json
import logging
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

import polars as pl

from boundary.contracts import Kept, Responses
from boundary.errors import InputError
from boundary.importing.episodes import last_said, messages_of, turns_of
from boundary.importing.exact import plain, whole
from boundary.importing.finish_reasons import finish_reason
from boundary.importing.formats import FORMATS, Found, has_scores, is_episodes
from boundary.importing.matching import SHOWN, Matcher, StrangeError, bare, texts_in
from boundary.importing.options import order_of
from boundary.importing.reading import KEY, VALUE, at, known, placed_rows
from boundary.importing.scores import Scores
from boundary.importing.spool import Block, Spool
from boundary.importing.stated import Stated
from boundary.sampling.samples import schema_of

log = logging.getLogger(__name__)

MOST = 3  # rows that an error shows
HOW: tuple[Literal["problem", "row", "question"], ...] = (
    "problem",
    "row",
    "question",
)  # keys of the columns that may say which problem a row is of


def responses(
    files: list[Path], columns: Responses, problems: pl.DataFrame, stated: Stated | None = None
) -> pl.DataFrame:
    """The responses of files as samples of `problems`, numbered in the order of the files.

    columns: the name of a `format`; or names of columns: `response`; one of `problem` (problem ids), `row` (numbers of
    the benchmark's problems from 0) and `question` (their text), or the last two, which must agree; if known
    `finish_reason` and `tokens`. A path such as `output.text` leads into nested columns. For both: `at`, the place of
    the rows in a file; `options`, the column with the options of multiple choice; `others: ignore`, which leaves out
    rows of problems outside the benchmark; `lists`, `json` or `text`, the meaning of responses that look like lists.
    problems: problem_id, question, in order, and `options` if the columns say `choice` (see `options.asked`). stated:
    receives the other facts of the files. The result has a column `score` if files may have scores, and `order` for
    multiple choice: the option at each place that the model saw. With `episodes`, `response` is the column of an
    episode's messages, and `solved_turn` that of the turn at which it was solved; the result then has `messages` (in
    JSON), `turns` and `solved_turn`.

    A null response is a sample without an answer, and so is an empty list or NaN. Facts that a file does not contain
    are null. InputError names file and row. Every problem must have equally many responses, unless `incomplete` is
    among the columns.
    """
    with tempfile.TemporaryDirectory() as folder, Spool(Path(folder), None) as spool:
        return read(files, columns, problems, spool, stated or Stated()).frame()


def read(files: list[Path], columns: Responses, problems: pl.DataFrame, spool: Spool, stated: Stated) -> Block:
    """`responses`, with texts in a spool; completely read files are not read again."""
    find = Matcher(problems).of if "format" in columns else _exactly(columns, problems)
    asked = dict(problems.select("problem_id", "question").iter_rows())
    options = dict(problems.select("problem_id", "options").iter_rows()) if columns.get("choice") else {}
    for path in files:
        if (about := spool.finished()) is None:
            about = {}
            spool.fill(
                _samples_of(path, columns, find, asked, options, Stated(stated.decoding, stated.name), about), about
            )
        try:
            stated.take(about)
        except ValueError as error:
            raise InputError(f"{path}: {error}") from error
    block = spool.block(list(asked), schema_of({"responses": columns}) | {"prompt_hash": pl.String})
    stated.count_scores(block.index["score"])
    if columns.get("others") and not len(block):
        raise InputError(f"{files[0]}: no row is of a problem of the benchmark; give the file of this benchmark")
    if not columns.get("incomplete"):
        n = Counter(dict(block.index["problem_id"].value_counts().iter_rows()))
        _require_complete(n, asked, files, by_question="format" not in columns and _how(columns) == "question")
    return block


def other_numbers(index: pl.DataFrame, asked: int | None, model: str, benchmark: str) -> list[str]:
    """A message if files have another number of samples per problem than the configuration asks for.

    index: a row per sample, with its `problem_id`. asked: by `samples` of the benchmark or model.
    """
    found = index.group_by("problem_id").len()["len"].unique().sort().to_list()
    if asked is None or found in ([], [asked]):
        return []
    number = str(found[0]) if len(found) == 1 else f"{found[0]} to {found[-1]}"
    return [
        f"the files of models.{model} have {number} samples per problem, and `samples` of benchmark {benchmark} is "
        f"{asked}: all that are in the files are used"
    ]


def _samples_of(
    path: Path,
    columns: Responses,
    find: Callable[[Found], str],
    asked: dict[str, str],
    options: dict[str, list[str]],
    stated: Stated,
    about: Kept,
) -> Iterator[tuple]:
    """What `Spool.fill` takes, of every response of a file. about: is told at the end what the file states."""
    differ, others, looks, scores = [], 0, Looks(path, columns), Scores(columns)
    scored, numbers = has_scores(columns), {problem: i for i, problem in enumerate(asked)}
    for number, found in _rows_of(path, columns, stated):
        try:
            problem = find(found)
            stated.add(found.settings, problem, found.rendered)
            if found.prompt is not None and "row" in columns and bare(asked[problem]) != bare(str(found.prompt)):
                theirs, ours = str(found.prompt)[:SHOWN], asked[problem][:SHOWN]
                differ.append(f"row {number} asks {theirs!r}, problem {problem!r} asks {ours!r}")
                if len(differ) == MOST:
                    break
                continue
            samples = list(_samples(looks.read(found)))
            episode = _episode(found, is_episodes(columns))
            whole_episode = episode.turns is None or found.strictly
            own = scores.of(found, len(samples)) if scored else [None] * len(samples)
            order = order_of(found.options, _prompts(found), options[problem]) if options else None
        except StrangeError as error:
            if "others" not in columns:
                raise InputError(f"{path}, row {number}: {error}; or say `others: ignore`") from error
            others += 1
            continue
        except ValueError as error:
            raise InputError(f"{path}, row {number}: {error}") from error
        for (text, reason, tokens), score in zip(samples, own, strict=True):
            said = "" if text is None else asked[problem] + text if found.goes_on else text
            tokens = tokens if whole_episode else None  # of its last message alone
            yield numbers[problem], said, episode.messages, tokens, reason, score, order, *episode[1:]
    if differ:
        raise InputError(f"{path}: {'; '.join(differ)}: the numbers are not those of this benchmark's problems")
    looks.require_texts()
    if others:
        log.warning("%s: %d rows are of problems that the benchmark does not have: left out", path, others)
    about |= stated.kept() | {"score": scores.name, "question": scores.question}


class Episode(NamedTuple):
    """messages: in JSON. solved_turn: turn at which it was solved, if its file has it. All None for other samples."""

    messages: str | None = None
    turns: int | None = None
    solved_turn: int | None = None


def _episode(found: Found, asked: bool) -> Episode:
    """The episode that a row is, where episodes are asked for."""
    if not asked:
        return Episode()
    messages = messages_of(found.messages)
    turns, solved = turns_of(messages), known(found.solved_turn)
    solved = None if solved is None else whole(solved)
    if solved is not None and not 1 <= solved <= turns:
        raise ValueError(f"was solved at turn {solved} of {turns}: the first is 1 (key `solved_turn`)")
    return Episode(json.dumps(messages, ensure_ascii=False), turns, solved)


def _require_response(found: Found) -> None:
    """ValueError where a row is an episode, and episodes are not asked for."""
    if isinstance(found.messages, list) and found.strictly and len(found.messages) > 1:
        raise ValueError(
            f"has several turns ({len(found.messages)} messages): an episode, of which no message is the response; add "
            "`episodes: true` next to `files` to import episodes"
        )


def _prompts(found: Found) -> list[str]:
    """What a row says of what the model was asked, as it got it first."""
    said = [found.rendered, " ".join(texts_in(found.prompt)), found.problem]
    return [text for text in said if isinstance(text, str) and text]


def _rows_of(path: Path, columns: Responses, stated: Stated) -> Iterator[tuple[int, Found]]:
    """What every row of a file says, with its number; rows that repeat responses are left out."""
    read, part = _format(columns["format"]) if "format" in columns else _named(columns), None
    tool = FORMATS.get(columns.get("format", ""))
    head = tool.head if tool else None

    def tell(beside: dict) -> None:
        try:
            stated.add(head(beside) if head else None)
        except ValueError as error:
            raise InputError(f"{path}: {error}") from error

    rows = placed_rows(path, columns.get("at"), tool and tool.at, tell if head else None)
    for number, (place, row) in enumerate(rows, start=1):
        try:
            found = read(row, place)
            if not is_episodes(columns):
                _require_response(found)
            if "solved_turn" in columns:
                found = found._replace(solved_turn=_at(row, place, "solved_turn", columns["solved_turn"]))
            if "options" in columns:
                found = found._replace(options=_at(row, place, "options", columns["options"]))
        except ValueError as error:
            raise InputError(f"{path}, row {number} {error}") from error
        part = found.part if number == 1 else part
        if found.part == part:
            yield number, found


def _format(name: str) -> Callable:
    """Reading by the name of a format; ValueError says what is amiss, and which format it looks like."""

    def read(row, place) -> Found:
        try:
            return FORMATS[name].read(row, place)
        except (KeyError, TypeError, AttributeError) as error:
            why = f"it has no {error}" if isinstance(error, KeyError) else "its values are others"
            likely = [f"`format: {other}`" for other in FORMATS if _reads(other, row, place)]
            fix = f"use {' or '.join(likely)}" if likely else "name its columns instead, by `response` and so on"
            raise ValueError(f"is not as {name} writes it (key `format`): {why}; {_shown(row)}; {fix}") from error

    return read


def _reads(name: str, row, place) -> bool:
    try:
        FORMATS[name].read(row, place)
    except (KeyError, TypeError, AttributeError, ValueError):
        return False
    return True


def _named(columns: Responses) -> Callable:
    """Reading by the names of columns."""
    named: Mapping[str, Any] = columns
    how = next(key for key in HOW if key in named)
    fields = {"responses": "response", "problem": how, "finish_reasons": "finish_reason", "tokens": "tokens"}
    fields |= {"prompt": "question"} if how == "row" else {}

    def read(row, place) -> Found:
        said = {field: _at(row, place, key, named[key]) for field, key in fields.items() if key in named}
        if columns.get("episodes"):
            said["messages"] = said["responses"]
            said["responses"] = last_said(messages_of(said["messages"]))
        if "score" in columns:
            said["scores"] = {columns["score"]: _at(row, place, "score", columns["score"])}
        return Found(**said)

    return read


def _at(row, place, key: str, column: str):
    if column in (KEY, VALUE):
        return place if column == KEY else row
    try:
        return at(row, column)
    except (KeyError, AttributeError, TypeError) as error:
        raise ValueError(f"has no column {column!r} (key `{key}`); {_shown(row)}") from error


def _shown(row) -> str:
    return f"it has {', '.join(map(str, row))}" if isinstance(row, dict) else f"it is a {type(row).__name__}"


def _how(columns: Responses) -> Literal["problem", "row", "question"]:
    """By which column a row's problem is found, where no format says it."""
    return next(key for key in HOW if key in columns)


def _exactly(columns: Responses, problems: pl.DataFrame) -> Callable[[Found], str]:
    """The problem of a row by the value of one column."""
    how = _how(columns)
    ids = problems["problem_id"].to_list()
    keys = {"problem": ids, "row": map(str, range(len(ids))), "question": problems["question"]}[how]
    named = dict(zip(keys, ids, strict=True))

    def find(found: Found) -> str:
        value = str(found.problem)
        if value not in named and (value := plain(value)) not in named:
            raise StrangeError(
                f"{columns[how]!r} = {value[:SHOWN]!r} is no {how} of the benchmark; "
                f"those are like {next(iter(named))[:SHOWN]!r}"
            )
        return named[value]

    return find


def _samples(found: Found) -> Iterator[tuple[str | None, str | None, int | None]]:
    """(text, finish reason, tokens) of each of a row's responses; ValueError says what does not fit."""
    texts = _flat(found.responses)
    reasons = _beside(found.finish_reasons, texts, "finish_reason")
    tokens = _beside(found.tokens, texts, "tokens")
    for text, reason, count in zip(*(map(known, values) for values in (texts, reasons, tokens)), strict=True):
        if text is not None and not isinstance(text, str):
            raise ValueError(f"a response is {type(text).__name__}, not text")
        yield text, finish_reason(reason), None if count is None else whole(count)


def _flat(value) -> list:
    """A text, a list of texts, or lists of lists of texts, as one list; an empty one is null."""
    return [text for part in value for text in _flat(part)] if known(value) and isinstance(value, list) else [value]


def _beside(values, texts: list, key: str) -> list:
    """What a row says of each of its responses."""
    if known(values) is None:
        return [None] * len(texts)
    if len(values := _flat(values)) != len(texts):
        raise ValueError(f"{len(texts)} responses, and {len(values)} values of `{key}`")
    return values


class Looks:
    """Whether the responses of a file look like lists written as text, which raises the question of `lists`."""

    def __init__(self, path: Path, columns: Responses):
        self.path, self.lists = path, columns.get("lists")
        self.alike, self.rows = "format" not in columns and not self.lists, 0

    def read(self, found: Found) -> Found:
        """The value of a row; text becomes the list that it contains if `lists` says so."""
        texts = _listed(found.responses) if self.lists == "json" or self.alike else None
        if self.lists == "json":
            if texts is None:
                raise ValueError(f"{str(found.responses)[:SHOWN]!r} is no list of texts in JSON (key `lists`)")
            return found._replace(responses=texts)
        self.alike, self.rows = self.alike and texts is not None, self.rows + 1
        return found

    def require_texts(self) -> None:
        if self.alike and self.rows:
            raise InputError(
                f"{self.path}: every response is a list in JSON, written as text; say `lists: json` for as many "
                "responses as are in it, or `lists: text` where each is one response"
            )


def _listed(text) -> list | None:
    """The list of texts that a text is in JSON, if it is."""
    if not isinstance(text, str) or not text.startswith("["):
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, list) and all(one is None or isinstance(one, str) for one in found) else None


def _require_complete(n: Counter, problems: dict[str, str], files: list[Path], by_question: bool) -> None:
    """InputError where a problem has no response, or fewer than another. problems: id -> question."""
    where = f"{files[0]}" + (f" and {len(files) - 1} more files" if len(files) > 1 else "")
    go_on = "add `incomplete: true` next to `files` to continue with the others"
    missing = [problem for problem in problems if not n[problem]]
    answered = {problems[problem]: problem for problem in n} if by_question else {}
    if twin := next((problem for problem in missing if problems[problem] in answered), None):
        kept = answered[problems[twin]]
        raise InputError(
            f"{where}: problems {kept!r} and {twin!r} ask the same question, and all responses to it count for "
            f"{kept!r}: keep one of the two in the benchmark's file"
        )
    if missing:
        raise InputError(
            f"{where}: no response to problem {missing[0]!r} ({len(missing)} of {len(problems)} miss); {go_on}"
        )
    if len(set(n.values())) > 1:
        most, fewest = max(n, key=n.__getitem__), min(n, key=n.__getitem__)
        raise InputError(
            f"{where}: problem {most!r} has {n[most]} responses and problem {fewest!r} has {n[fewest]}; "
            f"every problem must have as many, or {go_on}"
        )
