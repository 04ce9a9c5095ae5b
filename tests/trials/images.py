"""The vLLM engine on prompts with images: a tiny Qwen2.5-VL of random weights, made here; run by hand.

    $VLLM_PYTHON tests/trials/images.py

vLLM's processor of images wants torchvision, which the CPU set of envs/ leaves out: pip install --no-deps
torchvision==0.28.0. Equal image and seed must give equal text, another image or seed another text.
"""

import io
import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "workflow/scripts"))
os.environ.setdefault("VLLM_ENABLE_V1_MULTIPROCESSING", "0")

import torch

# a CUDA build of torchvision beside a CPU build of torch looks for operators that it lacks; vLLM's children do too
SHIM = """import torch
library = torch.library.Library("torchvision", "DEF")
library.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
library.define("qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
"""
if not torch.cuda.is_available():
    exec(SHIM)
    shims = tempfile.mkdtemp()
    Path(shims, "sitecustomize.py").write_text(SHIM)
    os.environ["PYTHONPATH"] = shims

from PIL import Image
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import (
    PreTrainedTokenizerFast,
    Qwen2_5_VLConfig,
    Qwen2_5_VLForConditionalGeneration,
    Qwen2_5_VLProcessor,
    Qwen2VLImageProcessor,
    Qwen2VLVideoProcessor,
)

from boundary.sampling.engines import Request, open_engine

SPECIAL = ["<|endoftext|>", "<|vision_start|>", "<|vision_end|>", "<|image_pad|>", "<|video_pad|>"]
PROMPT = "<|vision_start|><|image_pad|><|vision_end|>\nHow many?"
DECODING = {"temperature": 1.0, "top_p": 1.0, "top_k": 0, "max_tokens": 24}
MODEL = {"dtype": "auto", "stop": [], "stop_token_ids": [], "tensor_parallel_size": 1}


def make_model(folder: Path) -> None:
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE({token: i for i, token in enumerate(alphabet)}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token=SPECIAL[0], pad_token=SPECIAL[0])
    fast.add_special_tokens({"additional_special_tokens": SPECIAL[1:]})
    ids = {token: fast.convert_tokens_to_ids(token) for token in SPECIAL}
    text = {"vocab_size": len(fast), "hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2}
    text |= {"num_attention_heads": 2, "num_key_value_heads": 2, "max_position_embeddings": 4096}
    text |= {"rope_scaling": {"type": "mrope", "mrope_section": [4, 6, 6]}, "eos_token_id": ids[SPECIAL[0]]}
    vision = {"depth": 2, "hidden_size": 64, "num_heads": 2, "intermediate_size": 128, "out_hidden_size": 64}
    vision |= {"fullatt_block_indexes": [1], "window_size": 56}
    names = ("vision_start", "vision_end", "image", "video")
    config = Qwen2_5_VLConfig(
        text_config=text,
        vision_config=vision,
        **{f"{name}_token_id": ids[token] for name, token in zip(names, SPECIAL[1:], strict=True)},
    )
    torch.manual_seed(0)
    Qwen2_5_VLForConditionalGeneration(config).save_pretrained(folder)
    pixels = {"min_pixels": 56 * 56, "max_pixels": 112 * 112}
    Qwen2_5_VLProcessor(
        image_processor=Qwen2VLImageProcessor(**pixels),
        tokenizer=fast,
        video_processor=Qwen2VLVideoProcessor(**pixels),
        chat_template="{{ messages }}",
    ).save_pretrained(folder)


def picture(color: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (112, 112), color).save(file, "png")
    return file.getvalue()


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        make_model(Path(folder))
        shown = [("red", 1), ("red", 1), ("blue", 1), ("red", 2)]
        requests = [Request(str(i), 0, PROMPT, seed, (picture(color),)) for i, (color, seed) in enumerate(shown)]
        engine = open_engine("vllm", folder, MODEL, {}, {PROMPT}, DECODING, images=True)
        texts = {r.request.problem_id: r.text for chunk in engine.generate(requests, DECODING) for r in chunk}
    assert texts["0"] == texts["1"], "the same image and seed"
    assert texts["0"] != texts["2"], "another image"
    assert texts["0"] != texts["3"], "another seed"
    print("images reach the model:", texts["0"][:20].encode(), texts["2"][:20].encode())


if __name__ == "__main__":
    main()
