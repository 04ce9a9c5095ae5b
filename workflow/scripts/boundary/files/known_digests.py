"""The digests of files that a configuration names, including files that are elsewhere, such as those of an opened
bundle.

Light: runs at parse time.
"""

from collections.abc import Callable

from boundary.errors import InputError
from boundary.files import digests, images

Digests = dict[str, str | None]  # by what is digested, such as `file_digest problems.jsonl`
TAKEN: Digests = {}  # all that were asked for
_given: Digests | None = None  # of an opened bundle, whose configuration names what lies elsewhere


def take_only(given: Digests) -> None:
    """Use only these digests from now on: no file that a configuration names is read."""
    global _given
    _given = given


def _kept(function: Callable) -> Callable:
    """`function`, which is not asked where digests were given. InputError for one that is not among these."""

    def digest(*about) -> str | None:
        key = " ".join(map(str, (function.__name__, *about)))
        if _given is not None and key not in _given:
            raise InputError(f"the bundle has no digest {key!r:.200}: it was changed, or not made by this workflow")
        TAKEN[key] = function(*about) if _given is None else _given[key]
        return TAKEN[key]

    return digest


file_digest = _kept(digests.file_digest)
weights_digest = _kept(digests.weights_digest)
gguf_digest = _kept(digests.gguf_digest)
tokenizer_digest = _kept(digests.tokenizer_digest)
code_digest = _kept(digests.code_digest)
images_digest = _kept(images.images_digest)
