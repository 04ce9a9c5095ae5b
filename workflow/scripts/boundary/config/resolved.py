"""The schema of a resolved configuration, such as that of a bundle: the user's schema with the additions of resolving.

It is made from the user's schema, only here. Light: runs at parse time.
"""

import copy

FILE_NAME = "^(?!\\.)[A-Za-z0-9._-]+$"
PACKED_LABELS = "^program$|^labels/[0-9]+-[^/\\\\\\x00-\\x1f]+\\.(json|jsonl|csv)$"
SUBSETS_SAY = ("verifier", "grader", "samples", "block")  # as every benchmark does then


def resolved(schema: dict) -> dict:
    """The JSON schema of the result of `resolve.resolve`, except for paths of files, which belong to the bundle."""
    schema = copy.deepcopy(schema)
    every, defs = schema["properties"], schema["$defs"]
    text, texts = {"type": "string"}, {"type": "array", "items": {"type": "string"}}
    pairs = {"type": "array", "items": {"$ref": "#/$defs/pair"}}
    every |= {"run_pairs": pairs, "pairs": pairs}
    of_models = {"type": "object", "additionalProperties": {"type": "object", "additionalProperties": text}}
    every |= {"prompts_of": of_models, "shots": {"type": "object", "additionalProperties": texts}}
    schema["required"] = [
        "models",
        "benchmarks",
        "decodings",
        "pairs",
        "run_pairs",
        "prompts",
        "answer_forms",
        "recipes",
    ]
    defs["shots"] = {"type": "array", "items": texts}  # turns of a chat; a text holds them

    model = defs["model"]
    training = {"recipe": text, "seed": {"type": "integer", "minimum": 0}, "step": {"type": "integer", "minimum": 0}}
    added = {"training": _mapping(training, [*training]), "weights": {"type": "string", "minLength": 1}}
    added |= {key: {"type": "string", "minLength": 1} for key in ("tokenizer", "adapter_of")}
    model["properties"] |= added | {"benchmarks": texts, "decodings": texts}
    model["required"] = ["label", "benchmarks", "decodings"]

    benchmark = defs["benchmark"]
    del benchmark["allOf"]  # what a benchmark must say depends on its source, and a subset says what the whole does
    of = benchmark["properties"]
    of["source"] = {"enum": [*of["source"]["enum"], "probe"]}
    of["hub"] = of["hub"] | {"pattern": of["hub"]["pattern"].removesuffix("$") + "(@[\\w./-]+)?$"}
    of |= {"probe_of": text, "share": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}}
    benchmark["required"] = ["source", *SUBSETS_SAY]

    every["decodings"]["additionalProperties"] = {"$ref": "#/$defs/decoding"}
    defs["decoding"]["properties"]["cut"] = text
    defs["decoding"]["properties"]["turns"] = {"type": "integer", "minimum": 1}

    group = defs["group"]
    at = {"type": ["string", "number", "boolean", "null"]}
    member = _mapping({"at": at, "base": text, "tuned": text, "decoding": text}, ["at", "base", "tuned"])
    group["properties"]["members"] = {"type": "array", "minItems": 1, "items": member}
    group["properties"] |= {"file": {"type": "string", "pattern": FILE_NAME, "maxLength": 200}, "left_out": texts}
    group["required"] = ["members", "axis", "file"]

    labels = {"type": "array", "minItems": 1, "items": {"type": "string", "pattern": PACKED_LABELS}}
    every["validity"]["properties"]["labels"]["additionalProperties"] = labels
    return schema


def _mapping(properties: dict, required: list[str]) -> dict:
    return {"type": "object", "additionalProperties": False, "required": required, "properties": properties}
