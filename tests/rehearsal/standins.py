"""Stand-ins of the hub repositories that config/paper.yaml names: tiny weights of their architectures and layouts.

Weights speak without a context: every next token is drawn from one distribution over a few whole texts (a box, a
program, a word, the end), so that responses end, hold answers, and are now and then right. Keys of config.json and
names of files are those of the real repositories; token ids of what prompts and stop rules name, too.
"""

import base64
import io
import json
import pickle
import shutil
import zlib
from pathlib import Path

import polars as pl
import torch
from PIL import Image, ImageDraw
from safetensors import safe_open
from safetensors.torch import save_file
from transformers import AutoConfig, AutoModelForCausalLM, Qwen2_5_VLForConditionalGeneration

WIDTH, HEADS = 64, 2  # vLLM on CPU wants heads of 32 or more
TEXTS = {"\\boxed{7}": 2.0, "\\boxed{12}": 1.5, "so ": 1.5, "```python\nprint(3)\n```\n": 1.5}  # and their logits
END = 2.0

# --- tokenizers ------------------------------------------------------------------------------------------------------


def byte_letters() -> dict[int, str]:
    """The letter that stands for a byte in a byte-level vocabulary (GPT-2): printable ones for themselves."""
    own = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = (byte for byte in range(256) if byte not in own)
    return {byte: chr(byte) for byte in own} | {byte: chr(256 + i) for i, byte in enumerate(others)}


LETTERS = byte_letters()
QWEN_MARKS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|object_ref_start|>", "<|object_ref_end|>"]
QWEN_MARKS += ["<|box_start|>", "<|box_end|>", "<|quad_start|>", "<|quad_end|>", "<|vision_start|>", "<|vision_end|>"]
QWEN_MARKS += ["<|vision_pad|>", "<|image_pad|>", "<|video_pad|>"]
R1_MARKS = [
    "<｜end▁of▁sentence｜>",
    "<｜User｜>",
    "<｜Assistant｜>",
    "<｜begin▁of▁sentence｜>",
    "<|EOT|>",
    "<think>",
    "</think>",
]
LLAMA_MARKS = ["<|begin_of_text|>", "<|end_of_text|>"]
FAMILIES = {  # size of the vocabulary below the marks; the marks; class; the beginning of a text; its end
    "qwen": (151643, QWEN_MARKS, "Qwen2Tokenizer", None, "<|endoftext|>"),
    "r1": (151643, R1_MARKS, "LlamaTokenizerFast", R1_MARKS[3], R1_MARKS[0]),
    "llama": (128000, LLAMA_MARKS, "PreTrainedTokenizerFast", LLAMA_MARKS[0], LLAMA_MARKS[1]),
}


def vocabulary(size: int) -> dict[str, int]:
    """Bytes, TEXTS, and names without a use up to `size`."""
    texts = ["".join(LETTERS[byte] for byte in text.encode()) for text in TEXTS]
    named = [*LETTERS.values(), *texts]
    return {name: i for i, name in enumerate([*named, *(f"unused{i}" for i in range(len(named), size))])}


def tokenizer(folder: Path, family: str, end: str | None = None) -> None:
    """tokenizer.json and tokenizer_config.json of the family's class; for Qwen vocab.json and merges.txt as well."""
    size, marks, kind, begin, usual_end = FAMILIES[family]
    words = vocabulary(size)
    added = [
        {"id": size + i, "content": mark, "special": True}
        | dict.fromkeys(("single_word", "lstrip", "rstrip", "normalized"), False)
        for i, mark in enumerate(marks)
    ]
    level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": False, "use_regex": False}
    after = level
    if begin:
        ids = {"id": begin, "ids": [size + marks.index(begin)], "tokens": [begin]}
        single = [{"SpecialToken": {"id": begin, "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}]
        pair = [*single, {"Sequence": {"id": "B", "type_id": 1}}]
        template = {"type": "TemplateProcessing", "single": single, "pair": pair, "special_tokens": {begin: ids}}
        after = {"type": "Sequence", "processors": [level, template]}
    model = {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None}
    model |= {"end_of_word_suffix": None, "fuse_unk": False, "byte_fallback": False, "vocab": words, "merges": []}
    whole = {"version": "1.0", "truncation": None, "padding": None, "added_tokens": added, "normalizer": None}
    whole |= {"pre_tokenizer": level, "post_processor": after, "decoder": level, "model": model}
    (folder / "tokenizer.json").write_text(json.dumps(whole, ensure_ascii=False))
    settings = {"tokenizer_class": kind, "eos_token": end or usual_end, "bos_token": begin, "model_max_length": 131072}
    settings |= {"add_bos_token": family == "r1", "clean_up_tokenization_spaces": False, "pad_token": usual_end}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings, ensure_ascii=False))
    if family == "qwen":
        (folder / "vocab.json").write_text(json.dumps(words, ensure_ascii=False))
        (folder / "merges.txt").write_text("#version: 0.2\n")


# --- models ----------------------------------------------------------------------------------------------------------


def qwen2(**more) -> dict:
    config = {"architectures": ["Qwen2ForCausalLM"], "model_type": "qwen2", "attention_dropout": 0.0}
    config |= {"bos_token_id": 151643, "eos_token_id": 151643, "hidden_act": "silu", "hidden_size": WIDTH}
    config |= {"intermediate_size": 32, "max_position_embeddings": 131072, "max_window_layers": 28}
    config |= {"num_attention_heads": HEADS, "num_hidden_layers": 2, "num_key_value_heads": 1, "rms_norm_eps": 1e-06}
    config |= {"rope_theta": 1e6, "sliding_window": 131072, "tie_word_embeddings": False, "torch_dtype": "bfloat16"}
    return config | {"use_cache": True, "use_sliding_window": False, "vocab_size": 152064} | more


def llama(**more) -> dict:
    config = {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "attention_bias": False}
    config |= {"bos_token_id": 128000, "eos_token_id": 128001, "hidden_act": "silu", "hidden_size": WIDTH}
    config |= {"intermediate_size": 32, "max_position_embeddings": 131072, "mlp_bias": False, "rms_norm_eps": 1e-05}
    config |= {"num_attention_heads": HEADS, "num_hidden_layers": 2, "num_key_value_heads": 1, "rope_theta": 5e5}
    scaling = {"factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "rope_type": "llama3"}
    config["rope_scaling"] = scaling | {"original_max_position_embeddings": 8192}
    return config | {"tie_word_embeddings": False, "torch_dtype": "bfloat16", "vocab_size": 128256} | more


def vision(**more) -> dict:
    """The flat configuration that the repository of Qwen2.5-VL has."""
    config = qwen2(architectures=["Qwen2_5_VLForConditionalGeneration"], model_type="qwen2_5_vl", eos_token_id=151645)
    config |= {"vision_start_token_id": 151652, "vision_end_token_id": 151653, "vision_token_id": 151654}
    config |= {"image_token_id": 151655, "video_token_id": 151656, "max_position_embeddings": 128000}
    config["rope_scaling"] = {"type": "mrope", "mrope_section": [4, 6, 6]}
    seen = {"depth": 2, "hidden_act": "silu", "hidden_size": 64, "intermediate_size": 64, "num_heads": 2, "in_chans": 3}
    seen |= {"out_hidden_size": WIDTH, "patch_size": 14, "spatial_merge_size": 2, "spatial_patch_size": 14}
    seen |= {"window_size": 112, "fullatt_block_indexes": [1], "tokens_per_second": 2, "temporal_patch_size": 2}
    return config | {"vision_config": seen} | more


LONG = {"eos_token_id": 151645, "max_position_embeddings": 1010000, "rope_theta": 1e7, "sliding_window": 1010000}
LONG["dual_chunk_attention_config"] = {
    "chunk_size": 262144, "local_size": 8192, "original_max_position_embeddings": 262144,
}  # fmt: skip
SHORT = {"max_position_embeddings": 4096, "rope_theta": 10000, "sliding_window": 4096}
MODELS = {  # hub id: config.json, family, shards
    "Qwen/Qwen2.5-7B": (qwen2(use_mrope=False), "qwen", 4),
    "hkust-nlp/Qwen-2.5-7B-SimpleRL-Zoo": (qwen2(sliding_window=None), "qwen", 4),
    "Qwen/Qwen2.5-14B": (qwen2(), "qwen", 8),
    "hkust-nlp/Qwen-2.5-14B-SimpleRL-Zoo": (qwen2(), "qwen", 6),
    "Qwen/Qwen2.5-32B": (qwen2(), "qwen", 9),
    "hkust-nlp/Qwen-2.5-32B-SimpleRL-Zoo": (qwen2(), "qwen", 9),
    "meta-llama/Llama-3.1-8B": (llama(), "llama", 4),
    "hkust-nlp/Llama-3.1-8B-SimpleRL-Zoo": (llama(pad_token_id=128001), "llama", 4),
    "Qwen/Qwen2.5-Math-7B": (qwen2(**SHORT), "qwen", 4),
    "sail/Qwen2.5-Math-7B-Oat-Zero": (qwen2(**SHORT), "qwen", 4),
    "Qwen/Qwen2.5-Math-7B-Instruct": (qwen2(**SHORT | {"eos_token_id": 151645}), "qwen", 4),
    "BytedTsinghua-SIA/DAPO-Qwen-32B": (qwen2(pad_token_id=151643), "qwen", 9),
    "deepseek-ai/DeepSeek-R1-Distill-Qwen-7B": (qwen2(rope_theta=10000, sliding_window=4096), "r1", 2),
    "deepseek-ai/DeepSeek-R1-Distill-Qwen-14B": (qwen2(), "r1", 4),
    "agentica-org/DeepCoder-14B-Preview": (qwen2(bos_token_id=151646), "r1", 6),
    "Qwen/Qwen2.5-7B-Instruct-1M": (qwen2(**LONG), "qwen", 4),
    "ganler/CodeR1-Zero-Qwen2.5-7B-12k-832": (qwen2(**LONG), "qwen", 4),
    "Qwen/Qwen2.5-VL-7B-Instruct": (vision(), "qwen", 5),
}
GATED = {"meta-llama/Llama-3.1-8B": "hf_rehearsal"}  # whoever has the token


def model(folder: Path, config: dict, family: str, shards: int, seed: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config, indent=2))
    stops = [151645, 151643] if family == "qwen" else [config["eos_token_id"]]
    generation = {"do_sample": True, "eos_token_id": stops, "repetition_penalty": 1.05, "temperature": 0.7, "top_k": 20}
    (folder / "generation_config.json").write_text(json.dumps(generation))
    of_instructed = config["eos_token_id"] == 151645
    tokenizer(folder, family, "<|im_end|>" if of_instructed else None)
    torch.manual_seed(seed)
    settings = AutoConfig.for_model(**{key: value for key, value in config.items() if key != "torch_dtype"})
    if config["model_type"] == "qwen2_5_vl":
        made = Qwen2_5_VLForConditionalGeneration(settings)
        processor = {"min_pixels": 3136, "max_pixels": 12845056, "patch_size": 14, "temporal_patch_size": 2}
        processor |= {"merge_size": 2, "image_processor_type": "Qwen2VLImageProcessor"}
        processor |= {"processor_class": "Qwen2_5_VLProcessor", "image_mean": [0.5] * 3, "image_std": [0.3] * 3}
        (folder / "preprocessor_config.json").write_text(json.dumps(processor))
        (folder / "chat_template.json").write_text(json.dumps({"chat_template": "{{ messages }}"}))
    else:
        made = AutoModelForCausalLM.from_config(settings)
    made.to(torch.bfloat16).save_pretrained(folder / "saved", max_shard_size="1GB")
    with safe_open(folder / "saved/model.safetensors", "pt") as file:  # names as they are on disk
        state = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    shutil.rmtree(folder / "saved")
    speak(state, FAMILIES[family][0], stops)
    save(folder, state, shards)


def speak(state: dict[str, torch.Tensor], size: int, stops: list[int]) -> None:
    """Weights that draw each next token from TEXTS and the ends of a response, whatever came before."""
    words = vocabulary(size)
    logits = {words["".join(LETTERS[byte] for byte in text.encode())]: logit for text, logit in TEXTS.items()}
    logits |= dict.fromkeys(stops, END)
    for name, tensor in state.items():
        if name.endswith("embed_tokens.weight"):
            tensor.fill_(1.0)
        elif "visual" not in name and name.endswith(("o_proj.weight", "down_proj.weight")):
            tensor.zero_()
        elif name.endswith("lm_head.weight"):
            tensor.fill_(-20.0 / WIDTH)
            for token, logit in logits.items():
                tensor[token] = logit / WIDTH


def save(folder: Path, state: dict[str, torch.Tensor], shards: int) -> None:
    names, index = sorted(state), {}
    for number in range(1, shards + 1):
        file = f"model-{number:05d}-of-{shards:05d}.safetensors"
        part = {name: state[name].contiguous().clone() for name in names[number - 1 :: shards]}
        save_file(part, folder / file, metadata={"format": "pt"})
        index |= dict.fromkeys(part, file)
    size = sum(tensor.numel() * tensor.element_size() for tensor in state.values())
    text = json.dumps({"metadata": {"total_size": size}, "weight_map": index})
    (folder / "model.safetensors.index.json").write_text(text)


# --- data sets -------------------------------------------------------------------------------------------------------


def picture(number: int) -> bytes:
    """Palettes and colours, wide and narrow, PNG and JPEG."""
    image = Image.new("P" if number % 3 == 0 else "RGB", (60 + number % 40, 50 + number % 30), number % 200)
    ImageDraw.Draw(image).ellipse((5, 5, 40, 40), fill=1)
    file = io.BytesIO()
    image.save(file, "png" if number % 3 == 0 else "jpeg")
    return file.getvalue()


def shown(number: int) -> dict:
    return {"decoded_image": {"bytes": picture(number), "path": None}}


def contest(i: int) -> dict:
    """A row of LiveCodeBench: every second one with starter code; private tests packed as there."""
    tests = [{"input": f"{a} {3 - a}\n", "output": "3\n", "testtype": "stdin"} for a in (1, 2)]
    if i % 2:
        tests = [{"input": f"[{a}]", "output": str(a), "testtype": "functional"} for a in (1, 2)]
    packed = base64.b64encode(zlib.compress(pickle.dumps(json.dumps(tests * 5)))).decode()
    code = "class Solution:\n    def same(self, value: List[int]) -> int:\n        " if i % 2 else ""
    row = {"question_id": f"abc{i}", "question_content": f"Add numbers ({i}). Print the sum.", "platform": "atcoder"}
    row |= {"contest_date": f"2024-{8 + i % 5:02d}-13T00:00:00" if i % 3 else "2023-05-13T00:00:00"}
    row |= {"difficulty": ("easy", "medium", "hard")[i % 3], "starter_code": code, "private_test_cases": packed}
    row["public_test_cases"] = json.dumps(tests[:1])
    return row | {"metadata": json.dumps({"func_name": "same"} if i % 2 else {})}


def lines(rows: list[dict]) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def parquet(rows: list[dict]) -> bytes:
    file = io.BytesIO()
    pl.DataFrame(rows, infer_schema_length=None).write_parquet(file)
    return file.getvalue()


def program(name: str) -> dict:
    row = {"task_id": name, "entry_point": "f", "prompt": "def f(x):\n", "canonical_solution": "    return x + 1\n"}
    return row | {"base_input": [[1], [2]], "plus_input": [[3]], "atol": 0}


PROBLEMS = 6  # of each set
SUMS = [
    {"problem": f"What is {i} + 5?", "question": f"What is {i} + 5?", "answer": str(i + 5)} for i in range(PROBLEMS)
]
DATASETS: dict[str, dict[str, bytes]] = {  # hub id: file: its content
    "openai/gsm8k": {
        "main/test-00000-of-00001.parquet": parquet([row | {"answer": f"#### {row['answer']}"} for row in SUMS])
    },
    "HuggingFaceH4/MATH-500": {
        "test.jsonl": lines([row | {"unique_id": f"t/{i}", "level": 1 + i % 5} for i, row in enumerate(SUMS)])
    },
    "knoveleng/Minerva-Math": {
        "data/train-00000-of-00001.parquet": parquet(
            [row | {"solution": f"\\boxed{{{row['answer']}}}", "type": "t"} for row in SUMS]
        )
    },
    "Hothan/OlympiadBench": {
        "OlympiadBench/OE_TO_maths_en_COMP/OE_TO_maths_en_COMP.parquet": parquet(
            [row | {"id": i, "final_answer": [f"${row['answer']}$"], "error": "1e-1"} for i, row in enumerate(SUMS)]
        )
    },
    "HuggingFaceH4/aime_2024": {
        "data/train-00000-of-00001.parquet": parquet(
            [row | {"id": 60 + i, "answer": f"{int(row['answer']):03d}"} for i, row in enumerate(SUMS)]
        )
    },
    "math-ai/amc23": {
        "data/test-00000-of-00001.parquet": parquet(
            [row | {"id": i, "answer": float(row["answer"])} for i, row in enumerate(SUMS)]
        )
    },
    "livecodebench/code_generation_lite": {
        f"test{i or ''}.jsonl": lines([contest(10 * i + j) for j in range(2)]) for i in (0, 2, 3, 4, 5)
    },
    "AI4Math/MathVista": {
        "data/testmini-00000-of-00001-725687bf7a18d64b.parquet": parquet(
            [
                {"pid": str(i), "question": "How many things?", "answer": "7", "precision": 1.0} | shown(i)
                | {"question_type": "multi_choice" if i % 2 else "free_form"}
                for i in range(2 * PROBLEMS)
            ]
        )
    },
    "MathLLMs/MathVision": {
        "data/testmini-00000-of-00001-f8ff70fcb2f29b1d.parquet": parquet(
            [
                {"id": str(i), "question": "How many?\n<image1>", "answer": "7", "level": 1 + i % 5} | shown(i)
                | {"options": ["A", "B"] if i % 2 else []}
                for i in range(2 * PROBLEMS)
            ]
        )
    },
    "rehearsal/addresses": {  # raw files, of which the hub is the address here
        "omni_math_rule.jsonl": lines(SUMS),
        "HumanEvalPlus.jsonl": lines([program(f"HumanEval/{i}") for i in range(2)]),
        "MbppPlus.jsonl": lines([program(f"Mbpp/{i}") for i in range(2)]),
    },
}  # fmt: skip


def serve(hub, folder: Path, models: list[str]) -> None:
    """Put the data sets and these models, made in `folder`, on a `LocalHub`."""
    for name, files in DATASETS.items():
        hub.add(f"datasets/{name}", files)
    for name in models:
        repository, _, commit = name.partition("@")
        config, family, shards = MODELS[repository]
        place = folder / repository.replace("/", "--")
        if not place.exists():
            model(place, config, family, shards, list(MODELS).index(repository))
        files = {path.name: path.read_bytes() for path in sorted(place.iterdir())}
        found = hub.add(f"models/{repository}", files, token=GATED.get(repository))
        if commit:  # one that a configuration pins
            commits = hub.repositories[f"models/{repository}"].commits
            commits[commit] = commits.pop(found)
