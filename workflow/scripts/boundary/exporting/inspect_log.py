"""Samples with their verdicts as a log of Inspect, which `inspect view` opens.

A log is a zip file: `header.json`, a file for every sample in `samples/`, and `summaries.json`. UKGovernmentBEIS/
inspect_ai, src/inspect_ai/log/_log.py and log/_recorders/eval.py, 0.3.285.
"""

import json
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from boundary.contracts import Parameters

VERSION = 2  # of the schema of logs
STOPPED = {"stop": "stop", "length": "max_tokens"}  # finish reasons in Inspect's words
SHOWN = 1000  # characters of a question in the list of samples
SETTINGS = ("temperature", "top_p", "max_tokens")


class Log:
    """A log that is written sample by sample.

    names: model, benchmark and decoding. settings: of the decoding, if known. made: the time, ISO 8601.
    """

    def __init__(self, path: Path, names: dict[str, str], settings: Parameters, made: str):
        self.names, self.settings, self.made = names, settings, made
        self.summaries: list[dict] = []
        self.right: Counter[str] = Counter()
        self.epochs = 0
        self.problems: dict[str, None] = {}
        self.file = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED)

    def __enter__(self) -> "Log":
        return self

    def __exit__(self, kind, *_) -> None:
        if kind is None:
            self._write("summaries.json", self.summaries)
            self._write("header.json", self._header())
        self.file.close()

    def passing(self, lines: Iterable[dict]) -> Iterator[dict]:
        """Pass the lines of `lines.lines` on unchanged, and write each as a sample."""
        for line in lines:
            sample = self._sample(line)
            self._write(f"samples/{sample['id']}_epoch_{sample['epoch']}.json", sample)
            shown = {key: sample[key] for key in ("id", "epoch", "target", "scores", "uuid")} | {"completed": True}
            self.summaries.append(shown | {"input": sample["input"][:SHOWN]})
            self.right.update({name: line[name] for name in line["metrics"]})
            self.problems[line["problem_id"]] = None
            self.epochs = max(self.epochs, sample["epoch"])
            yield line

    def _write(self, name: str, data) -> None:
        self.file.writestr(name, json.dumps(data))

    def _settings(self) -> dict[str, float]:
        said: Any = self.settings
        return {key: said[key] for key in SETTINGS if key in said}

    def _sample(self, line: dict) -> dict:
        text, question, tokens = line["resps"][0][0], line["doc"]["question"], line["tokens"]
        message = {"role": "assistant", "content": text, "source": "generate"}
        choice = {"message": message, "stop_reason": STOPPED.get(line["finish_reason"], "unknown")}
        usage = {} if tokens is None else {"usage": {"output_tokens": tokens, "total_tokens": tokens}}
        scores = {
            name: {"value": "C" if line[name] else "I", "explanation": line["reasons"][name]}
            | ({"answer": line["filtered_resps"][0]} if name == line["filter"] else {})
            for name in line["metrics"]
        }
        return {
            "id": line["problem_id"],
            "epoch": line["sample_index"] + 1,
            "uuid": f"{line['problem_id']}#{line['sample_index']}",
            "input": question,
            "target": line["target"] or "",
            "messages": [{"role": "user", "content": question}, message],
            "output": {"model": self.names["model"], "choices": [choice], **usage},
            "scores": scores,
            "metadata": {"finish_reason": line["finish_reason"]},
        }

    def _header(self) -> dict:
        total, task = len(self.summaries), f"{self.names['benchmark']}, {self.names['decoding']}"
        scores = [
            {"name": name, "scorer": name, "metrics": {"accuracy": {"name": "accuracy", "value": right / total}}}
            for name, right in self.right.items()
        ]
        identity = "-".join(self.names[key] for key in ("model", "benchmark", "decoding"))
        return {
            "version": VERSION,
            "status": "success",
            "eval": {
                "eval_id": identity,
                "run_id": identity,
                "task_id": identity,
                "created": self.made,
                "task": task,
                "model": self.names["model"],
                "model_generate_config": self._settings(),
                "dataset": {
                    "name": self.names["benchmark"],
                    "samples": len(self.problems),
                    "sample_ids": list(self.problems),
                },
                "config": {"epochs": self.epochs},
            },
            "plan": {"name": "plan", "steps": []},
            "results": {"total_samples": total, "completed_samples": total, "scores": scores},
            "stats": {"started_at": self.made, "completed_at": self.made},
        }


def moment(paths: Iterable[str]) -> str:
    """The time at which the last of some files was written, ISO 8601 in UTC."""
    last = max(Path(path).stat().st_mtime for path in paths)
    return datetime.fromtimestamp(last, UTC).isoformat(timespec="seconds")
