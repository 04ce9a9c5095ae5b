"""Faults of engines: each shows its own reason on the terminal and at the end of the job's log, with either engine."""

import json
import os
import re
import shutil
import subprocess
import sys

import pytest

from boundary.terminal import _reason
from conftest import ROOT, python_with_vllm

FAULTS = """
import json, logging, sys
from pathlib import Path
from types import SimpleNamespace
from boundary.job import logged
from boundary.sampling.blocks import sample_block
from boundary.sampling.engines import Request, open_engine

name, folder, given = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
model = {"dtype": "float32", "stop": [], "stop_token_ids": [], "tensor_parallel_size": 1}
decoding = {"temperature": 1.0, "top_p": 1.0, "top_k": 0, "max_tokens": 8}
progress = SimpleNamespace(start=lambda done: None, add=lambda samples, tokens: None)

def fails(*_, **__):
    raise RuntimeError("CUDA error: an illegal memory access was encountered\\nCompile with TORCH_USE_CUDA_DSA")

def opened(fault):
    weights = given["damaged" if fault == "weights" else "weights"]
    wrong = {"dtype": "float99"} if fault == "start" else {}
    shown = fault == "image" and name == "transformers"
    engine = open_engine(name, weights, model | wrong, {}, {"1 + 1"}, decoding, images=shown)
    if fault == "first token":
        target = engine.model if name == "transformers" else engine.llm.llm_engine
        setattr(target, "forward" if name == "transformers" else "step", fails)
    return engine

for fault in ("weights", "start", "image", "first token"):
    logging.root.handlers.clear()
    request = Request("one", 0, "1 + 1", 0, images=(b"no picture",) if fault == "image" else ())
    try:
        with logged(SimpleNamespace(log=[f"{folder}/{fault}.log"], rule="sample_block", config={})):
            partial = Path(folder, f"{fault}.partial")
            sample_block([request], lambda _: opened(fault), partial, {"decoding": decoding}, progress)
    except (SystemExit, RuntimeError):
        pass
"""
REASONS = {
    "weights": r"the weights '.*damaged' cannot be loaded: SafetensorError: .*",
    "start": r"the weights '.*chain-base' cannot be loaded: .*float99.*",
    "image": r"the images of problem 'one' cannot be read: UnidentifiedImageError: .*",
    "first token": r"RuntimeError: CUDA error: an illegal memory access was encountered Compile with .*",
}


@pytest.mark.parametrize("engine", ["transformers", "vllm"])
def test_a_fault_of_an_engine_shows_its_own_reason(engine, tmp_path):
    weights, damaged = ROOT / "resources/zoo/chain-base", tmp_path / "damaged"
    shutil.copytree(weights, damaged)
    (damaged / "model.safetensors").write_bytes((weights / "model.safetensors").read_bytes()[:100_000])
    given = json.dumps({"weights": str(weights), "damaged": str(damaged)})
    python = python_with_vllm() if engine == "vllm" else sys.executable
    (adapter := tmp_path / "sample_block.py").write_text(FAULTS)
    command = [python, str(adapter), engine, str(tmp_path), given]
    paths = filter(None, [str(ROOT / "workflow/scripts"), os.environ.get("PYTHONPATH")])
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(paths)}
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, env=environment)
    assert done.returncode == 0, done.stderr[-3000:]
    reasons = REASONS | ({"image": "prompts with images need the vLLM engine.*"} if engine == "transformers" else {})
    for fault, expected in reasons.items():
        reason = _reason([str(tmp_path / f"{fault}.log")]).removesuffix(f" ({tmp_path / fault}.log)")
        assert re.fullmatch(expected, reason), reason
        assert f"error: {reason}" in done.stderr
