"""What the dicts of this workflow hold, as types: of a resolved configuration, and of what is made of it.

They are plain dicts when it runs, as YAML, JSON and Snakemake have them. What a key means is said in
config/schemas/config.schema.yaml. Light: runs at parse time.
"""

from typing import Any, Required, TypedDict

NOT_TRACKED = True


class ByStarterCode(TypedDict):
    """Two texts: for problems with starter code, and for those without."""

    with_starter_code: str
    without: str


class ChatTemplate(TypedDict, total=False):
    """A prompt that is rendered by a chat template. chat: what the user says."""

    chat: Required[str | ByStarterCode]
    system: str
    prefill: str
    options: dict[str, Any]


Template = str | ByStarterCode | ChatTemplate
