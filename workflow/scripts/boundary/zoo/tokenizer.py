"""Word-level tokenizers of the zoo, in the Hugging Face format. Knows nothing about tasks."""

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, processors
from transformers import PreTrainedTokenizerFast

SPECIAL = ["<pad>", "<bos>", "<eos>"]


def word_tokenizer(words: list[str]) -> PreTrainedTokenizerFast:
    """Words between blanks; decoding joins them by blanks."""
    return _build(words, pre_tokenizers.WhitespaceSplit(), decoder=None)


def pattern_tokenizer(pieces: list[str], pattern: str) -> PreTrainedTokenizerFast:
    """The matches of a regular expression, blanks included; decoding joins them as they are."""
    return _build(pieces, pre_tokenizers.Split(Regex(pattern), behavior="isolated"), decoders.Fuse())


def _build(vocabulary, pre_tokenizer, decoder) -> PreTrainedTokenizerFast:
    ids = {piece: i for i, piece in enumerate(SPECIAL + vocabulary)}
    tokenizer = Tokenizer(models.WordLevel(vocab=ids, unk_token="<pad>"))
    tokenizer.pre_tokenizer = pre_tokenizer
    if decoder is not None:
        tokenizer.decoder = decoder
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<bos> $A", special_tokens=[("<bos>", ids["<bos>"])]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token="<bos>",
        eos_token="<eos>",
        pad_token="<pad>",
        padding_side="left",
        model_max_length=256,
        clean_up_tokenization_spaces=False,
    )
