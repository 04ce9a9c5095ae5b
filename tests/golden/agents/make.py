"""Makes the example files of agents here, by the packages themselves, with scripted models: see README.md.

python make.py verifiers     # with verifiers 0.1.14
python make.py inspect       # with inspect-ai 0.3.285
"""

import json
import shutil
import sys
import tempfile
from pathlib import Path
from random import Random

HERE = Path(__file__).parent
SUMS = {f"What is {a} + {b}? Use the tool.": (a, b) for a, b in ((12, 30), (7, 8), (40, 2), (19, 1))}
TRIALS, MOST_TURNS = 4, 6
LARGE = ("timing", "tool_defs")  # of what verifiers writes, left out here
RATES = {"base": 0.25, "tuned": 0.6}  # with which a model gives its answer after a turn


def plan(model: str, question: str, trial: int) -> tuple[int, bool]:
    """After how many turns an episode of a scripted model ends, and whether its answer is right."""
    rng = Random(f"{model}/{question}/{trial}")
    turns = next((turn for turn in range(2, MOST_TURNS) if rng.random() < RATES[model]), MOST_TURNS)
    return turns, rng.random() < 0.7


def with_verifiers() -> None:
    import verifiers as vf
    from datasets import Dataset
    from verifiers.clients import Client
    from verifiers.types import Response, ResponseMessage, ToolCall, Usage

    class Scripted(Client):
        def __init__(self):
            super().__init__(None)
            self.trials: dict[str, int] = {}

        def setup_client(self, config):
            return None

        async def to_native_tool(self, tool):
            return tool

        async def to_native_prompt(self, messages):
            return messages, {}

        async def raise_from_native_response(self, response):
            pass

        async def close(self):
            pass

        async def get_native_response(self, prompt, model, sampling_args, tools=None, **kwargs):
            question = next(message.content for message in prompt if message.role == "user")
            done = sum(message.role == "assistant" for message in prompt)
            if done == 0:
                self.trials[question] = self.trials.get(question, -1) + 1
            turns, right = plan(model, question, self.trials[question])
            a, b = SUMS[question]
            if done + 1 < turns:
                call = ToolCall(id=f"call-{done}", name="add", arguments=json.dumps({"a": a, "b": done}))
                return ResponseMessage(content="", tool_calls=[call], finish_reason="tool_calls", is_truncated=False)
            text = f"It is \\boxed{{{a + b if right else a - b}}}"
            return ResponseMessage(content=text, tool_calls=None, finish_reason="stop", is_truncated=False)

        async def from_native_response(self, response):
            usage = Usage(prompt_tokens=9, reasoning_tokens=0, completion_tokens=7, total_tokens=16)
            return Response(id="0", created=0, model="scripted", usage=usage, message=response)

    def add(a: int, b: int) -> int:
        """Add two numbers.

        Args:
            a: the first
            b: the second
        """
        return a + b

    def correct(completion, answer) -> float:
        said = completion[-1].content or ""
        return float(f"\\boxed{{{answer}}}" in said)

    rows = [{"question": question, "answer": str(a + b)} for question, (a, b) in SUMS.items()]
    for model in RATES:
        data, rubric = Dataset.from_list(rows), vf.Rubric(funcs=[correct])
        env = vf.ToolEnv(tools=[add], max_turns=MOST_TURNS + 1, eval_dataset=data, rubric=rubric)
        with tempfile.TemporaryDirectory() as folder:
            env.evaluate_sync(
                Scripted(), model, {"temperature": 1.0}, rollouts_per_example=TRIALS, max_concurrent=1,
                results_path=Path(folder), save_results=True,
            )  # fmt: skip
            rows_of = map(json.loads, Path(folder, "results.jsonl").read_text().splitlines())
            kept = ({key: value for key, value in row.items() if key not in LARGE} for row in rows_of)
            (HERE / f"verifiers_{model}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in kept))


def with_inspect() -> None:
    from inspect_ai import Task, eval
    from inspect_ai.dataset import Sample
    from inspect_ai.model import ModelOutput, ModelUsage, get_model
    from inspect_ai.scorer import includes
    from inspect_ai.solver import generate, use_tools
    from inspect_ai.tool import tool

    @tool
    def add():
        async def execute(a: int, b: int) -> int:
            """Add two numbers.

            Args:
                a: the first
                b: the second
            """
            return a + b

        return execute

    samples = [Sample(input=question, target=f"{{{a + b}}}") for question, (a, b) in SUMS.items()]
    for model in RATES:
        trials: dict[str, int] = {}

        def said(messages, *_, model=model, trials=trials):
            question = next(message.text for message in messages if message.role == "user")
            done = sum(message.role == "assistant" for message in messages)
            if done == 0:
                trials[question] = trials.get(question, -1) + 1
            turns, right = plan(model, question, trials[question])
            a, b = SUMS[question]
            if done + 1 < turns:
                output = ModelOutput.for_tool_call("mockllm/model", "add", {"a": a, "b": done})
            else:
                text = f"It is \\boxed{{{a + b if right else a - b}}}"
                output = ModelOutput.from_content("mockllm/model", text)
            output.usage = ModelUsage(input_tokens=9, output_tokens=7, total_tokens=16)
            return output

        with tempfile.TemporaryDirectory() as folder:
            (log,) = eval(
                Task(dataset=samples, solver=[use_tools(add()), generate(tool_calls="loop")], scorer=includes()),
                model=get_model("mockllm/model", custom_outputs=said), epochs=TRIALS, log_dir=folder,
                max_samples=1, max_connections=1, display="none",
            )  # fmt: skip
            shutil.copy(log.location, HERE / f"inspect_{model}.eval")


if __name__ == "__main__":
    {"verifiers": with_verifiers, "inspect": with_inspect}[sys.argv[1]]()
