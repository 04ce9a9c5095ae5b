"""GGUF: weights in one file, converted into a folder that both engines read, in bfloat16."""

import logging
import shutil
from pathlib import Path

from boundary.errors import InputError
from boundary.files.digests import file_digest

log = logging.getLogger(__name__)


def make_weights(source: str, file: str, folder: str) -> dict:
    """The weights and the tokenizer of a GGUF file as a folder. Returns a manifest like that of a download.

    source: the file in the identity of samples. InputError if transformers cannot read the file.
    """
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    where, name = Path(file).parent, Path(file).name
    try:
        tokenizer = AutoTokenizer.from_pretrained(where, gguf_file=name)
        quantised = AutoModelForCausalLM.from_pretrained(where, gguf_file=name, dtype=torch.float32)
    except Exception as error:  # whatever another package raises of a file that is malformed
        raise InputError(f"{file} cannot be read as GGUF: {type(error).__name__}: {error}") from error
    config = quantised.config
    if hasattr(config, "quantization_config"):
        del config.quantization_config  # the weights are none any more
    model = type(quantised)(config).to(torch.bfloat16)  # type: ignore[arg-type] # the types of `to` lose `self`
    model.load_state_dict(quantised.state_dict())
    model.tie_weights()
    model.generation_config = quantised.generation_config
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    log.info("%s is in %s now", file, folder)
    files = [path for path in sorted(Path(folder).iterdir()) if path.is_file()]
    made = [{"name": p.name, "size": p.stat().st_size, "sha256": file_digest(str(p))} for p in files]
    return {"source": source, "folder": str(Path(folder).resolve()), "files": made}
