"""Where an answer is: found in time linear in the text, whatever the text; and what does not end costs one sample.

TEXT_BYTES=10000000 pytest tests/unit/verifying/test_extraction.py -n 0 -k linear    measures texts of 10 MB.
"""

import os
import time

import polars as pl
import pytest

from boundary.verifying import verify as verification
from boundary.verifying.finding import countdown, finder
from boundary.verifying.grading import Context, Limits
from boundary.verifying.verifiers import VERIFIERS
from boundary.verifying.verify import verify

SIZE = int(os.environ.get("TEXT_BYTES", "30000"))
SECONDS = 1.0 * max(1, SIZE / 100_000)  # of CPU; what is quadratic takes more than that for 30 kB
GRADERS = {  # by what they find answers with
    finder(name): name for names in VERIFIERS.values() for name in names if name != "reported"
}
CONTEXTS = [
    Context(),
    Context(entry_point="add", form="line"),
    Context(entry_point="Solution.add", begins="fence", form="tags", thinking=True),
    Context(begins="code", question="def add(a, b):\n", form="box", box="\\boxed{"),
]
# what a pattern opens with and does not close, repeats without end, or may begin at every place of
TOKENS = [
    "\n", " ", "\t", "\n ", "a", "1", "1 ", "1+", ".", ",", "=", ": ", "*", "_", "$", "$ ", "$$", "$$ ", "**",
    "**a", "\\", "\\\\", "\\a", "{", "}", "{}", "\\{", "\\}", "\\[", "\\(", "\\]", "\\[ a", "\\boxed{", "\\boxed",
    "\\boxed{}", "\\boxed{1}", "\\boxed{1}, ", "\\boxed{1\\}", "\\fbox{", "\\text{and", "\\text{and}", "\\begin{a}",
    "\\begin{a}\\end{b}", "\\frac{", "\\quad", "<answer>", "</answer>", "<answer></answer>", "<|begin_of_box|>",
    "<|end_of_box|>", "<think>", "</think>", "[THINK]", "<|channel|>final<|message|>", "assistantfinal", "<response>",
    "my response:", "Answer: ", "Answer: $$\n", "answer:\n", "answer:\n\n", "#### ",
    "####\n", "> # ", "answer is ", "the answer is: ", "is ", "\"answer\": ", "\"answer\":\"", "'answer':'",
    "\"answer\": \"\\", "final answer is $", "final answer is $1$. ", "答案是", "```", "```\n", "```python\n",
    "```\n```\n", "~~~", "~", "`", "a ```\n", "  ```\n\n", "def ", "def\n", "def add", "class ", "\ndef",
    "import a\n", "a = ", "a, b ", "wait", "may ", "because ", "? ", "```\n</think>",
]  # fmt: skip
AROUND = [
    ("", ""),
    ("\\boxed{1} Answer: ", " x"),
    ("<answer>", "</answer>\n"),
    ("```python\n", "\n```"),
    ("<think>a</think> a ```python\n", "\n"),
]


@pytest.mark.parametrize("name", GRADERS.values())
def test_finding_an_answer_is_linear(name):
    extract = finder(name)
    slow = []
    for token in TOKENS:
        for before, after in AROUND:
            text = before + token * (SIZE // len(token.encode())) + after
            for context in CONTEXTS if name in ("code", "tolerant") else CONTEXTS[:1]:
                for finished in (True, False):
                    begun = time.process_time()
                    extract(text, finished, context)
                    if (took := time.process_time() - begun) > SECONDS:
                        slow.append((round(took, 2), before, token, context))
    assert not slow


def test_what_does_not_end_costs_one_sample(monkeypatch):
    def extract(text: str, *_) -> str:
        while "hang" in text:
            pass
        if "raise" in text:
            raise RuntimeError
        if "memory" in text:
            raise MemoryError
        return text

    monkeypatch.setattr(countdown, "extract", extract)
    texts = ["1 + 2", "hang", "raise", "memory", "1 + 2"]
    rows = {"problem_id": "p", "sample_index": range(5), "tokens": 1, "text": texts, "finish_reason": "stop"}
    golds = {"p": '{"answers": ["2 + 1"]}'}
    monkeypatch.setattr(verification, "killable_map", lambda function, items, **_: enumerate(map(function, items)))
    limits = Limits(seconds=0.2)
    verdicts = verify([pl.DataFrame(rows)], golds, {"p": Context()}, ["countdown"], limits, workers=1)
    assert verdicts["reason"].to_list() == ["match", "timeout", "error", "error", "match"]
    assert verdicts["correct"].to_list() == [True, False, False, False, True]
    said = ["finding its answer did not end", "finding its answer: RuntimeError", "finding its answer: MemoryError"]
    assert verdicts["detail"].to_list() == [None, *said, None]
