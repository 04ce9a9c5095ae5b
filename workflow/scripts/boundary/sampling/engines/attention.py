"""Attention with several query heads per key head (Ainslie et al. 2023), without copying keys and values for each.

transformers repeats them at every step if there is a mask. With one new token per row, the query heads of a key head
can take the place of query positions, and the result is the same.
"""

import torch
from torch.nn.functional import scaled_dot_product_attention
from transformers import AttentionInterface
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import AttentionMaskInterface, sdpa_mask

NAME = "shared_keys"


def use_shared_keys(model) -> None:
    """Switch a model over if it uses PyTorch's attention."""
    if model.config._attn_implementation == "sdpa":
        model.set_attn_implementation(NAME)


def shared_keys(module, query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, attention_mask, **given) -> tuple:
    """query: (rows, heads, tokens, size). key, value: (rows, key heads, all tokens, size)."""
    rows, heads, tokens, size = query.shape
    shared = heads // key.shape[1]
    if tokens > 1 or shared == 1 or given.get("position_bias") is not None:
        return sdpa_attention_forward(module, query, key, value, attention_mask, **given)
    together = query.reshape(rows, key.shape[1], shared, size)
    scale = given.get("scaling")
    output = scaled_dot_product_attention(together, key, value, attn_mask=attention_mask, scale=scale)
    return output.reshape(rows, 1, heads, value.shape[3]), None


AttentionInterface.register(NAME, shared_keys)
AttentionMaskInterface.register(NAME, sdpa_mask)
