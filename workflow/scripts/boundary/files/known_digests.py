"""The digests that a configuration is known by; also those of files that are elsewhere, as an opened bundle has them.

Light: runs at parse time.
"""

from collections.abc import Callable

from boundary.files import digests, images

Digests = dict[str, str | None]  # by what is digested, such as `file_digest problems.jsonl`
GIVEN: Digests = {}  # of what is elsewhere
TAKEN: Digests = {}  # all that were asked for


def _kept(function: Callable) -> Callable:
    """`function`, which is not asked for what was given."""

    def digest(*about) -> str | None:
        key = " ".join(map(str, (function.__name__, *about)))
        TAKEN[key] = GIVEN[key] if key in GIVEN else function(*about)
        return TAKEN[key]

    return digest


file_digest = _kept(digests.file_digest)
weights_digest = _kept(digests.weights_digest)
gguf_digest = _kept(digests.gguf_digest)
tokenizer_digest = _kept(digests.tokenizer_digest)
code_digest = _kept(digests.code_digest)
images_digest = _kept(images.images_digest)
