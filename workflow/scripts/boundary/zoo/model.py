"""Models that are trained: a tiny one from random weights, or an existing one, completely or with an adapter."""

import torch
import transformers
from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerBase

transformers.logging.disable_progress_bar()


def new_model(tokenizer: PreTrainedTokenizerBase, width: int = 128, layers: int = 3) -> LlamaForCausalLM:
    """A Llama with random weights: about 0.6 million parameters, unless `width` and `layers` change that."""
    config = LlamaConfig(
        vocab_size=128,
        hidden_size=width,
        intermediate_size=width * 11 // 4,
        num_hidden_layers=layers,
        num_attention_heads=width // 32,
        num_key_value_heads=width // 32,
        head_dim=32,
        max_position_embeddings=256,
        rms_norm_eps=1e-5,
        tie_word_embeddings=True,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    model = LlamaForCausalLM(config)
    for name, weight in model.named_parameters():
        if weight.ndim == 2 and "embed" not in name:
            into_stream = name.endswith(("o_proj.weight", "down_proj.weight"))
            torch.nn.init.normal_(weight, std=0.016 if into_stream else 0.06)
    return model


def load(folder: str):
    """A saved model with its tokenizer, in single precision."""
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    return model.eval(), AutoTokenizer.from_pretrained(folder)


def with_adapter(model, rank: int, alpha: float, modules: list[str]):
    """The model with a new LoRA adapter (Hu et al. 2021, arXiv 2106.09685); only the adapter is trained."""
    from peft import LoraConfig, get_peft_model

    config = LoraConfig(
        r=rank,
        lora_alpha=alpha,  # type: ignore[arg-type] # it is divided by the rank: any number will do
        target_modules=modules,
        lora_dropout=0.0,
        task_type="CAUSAL_LM",
    )
    return get_peft_model(model, config).eval()


def ends_of(model, tokenizer) -> list[int]:
    """The tokens that end a response."""
    ends = model.generation_config.eos_token_id
    ends = ends if isinstance(ends, list) else [ends]
    return sorted({end for end in [*ends, tokenizer.eos_token_id] if end is not None})


def is_adapted(model) -> bool:
    """Whether it is weights with an adapter; only the adapter is trained then."""
    return hasattr(model, "peft_config")


def save(model, tokenizer, folder) -> None:
    """Write a model, or only its adapter, in 16 bits."""
    if is_adapted(model):
        state = {name: weight.to(torch.bfloat16) for name, weight in model.state_dict().items() if "lora_" in name}
        model.save_pretrained(folder, state_dict=state, save_embedding_layers=False)  # "auto" asks a hub about the base
        return
    model.generation_config.pad_token_id = tokenizer.pad_token_id
    state = {name: weight.to(torch.float16) for name, weight in model.state_dict().items()}
    model.save_pretrained(folder, state_dict=state)
    tokenizer.save_pretrained(folder)
