"""Marks of thoughts and of final answers, by model family, and the text of a response outside its thought.

Text marks as documented in the families' chat templates and the reasoning parsers of vLLM 0.32. Nothing inside an
unfinished thought is an answer. Text after a thought takes precedence over the thought, and in it a section for the
final answer over the rest. String search in time linear in the text.
"""

from collections.abc import Sequence

# (what opens a thought, what closes it)
THOUGHTS = (
    (
        "<think>",
        "</think>",
    ),  # DeepSeek-R1, Qwen3, QwQ, Phi-4-reasoning, GLM-4.5, MiniMax, Hunyuan, Nemotron, ...
    ("<thinking>", "</thinking>"),
    ("<thought>", "</thought>"),  # EXAONE Deep
    ("[THINK]", "[/THINK]"),  # Mistral
    ("◁think▷", "◁/think▷"),  # Kimi-VL, Kimi K2
    ("<|open|>think<|sep|>", "<|close|>think<|sep|>"),  # Kimi K3
    ("<|begin_of_thought|>", "<|end_of_thought|>"),  # Sky-T1, OpenThinker
    ("<seed:think>", "</seed:think>"),  # Seed-OSS
    ("<mm:think>", "</mm:think>"),  # MiniMax M3
    ("<ifm|think>", "</ifm|think>"),  # K2 Horizon
    ("<|START_THINKING|>", "<|END_THINKING|>"),  # Command A
    ("<|channel>thought", "<channel|>"),  # Gemma 4
    ("<|channel|>analysis<|message|>", "<|channel|>final<|message|>"),  # gpt-oss: a channel ends where another begins
    ("my thought process:", "my response:"),  # Granite 3.2
)
# (what opens a section for the final answer, what closes it)
FINAL = (
    ("<|begin_of_solution|>", "<|end_of_solution|>"),
    ("<response>", "</response>"),  # Granite 3.3
    ("<|START_RESPONSE|>", "<|END_RESPONSE|>"),
    ("<|open|>response<|sep|>", "<|close|>response<|sep|>"),
    ("<CONCLUSION>", "</CONCLUSION>"),  # LLaVA-CoT
    ("<|channel|>final<|message|>", "<|end|>"),
)
STRIPPED = ("analysis", "assistantfinal")  # of gpt-oss where its special tokens were left out: at the very beginning
SIGNS = ("hink", "THINK", "thought", "channel", STRIPPED[1])  # one of which every mark of a thought holds
FINAL_SIGNS = ("_of_solution", "esponse", "RESPONSE", "CONCLUSION", "final<")


def holds(text: str, signs: Sequence[str]) -> bool:
    """Whether one of the signs is in a text: a loop, which takes a third of the time of `any` for each response."""
    for sign in signs:  # noqa: SIM110
        if sign in text:
            return True
    return False


def opens_thought(text: str) -> bool:
    """Whether a text, such as a rendered prompt, ends inside a thought that it did not close."""
    return any(text.rfind(opening) > text.rfind(closing) for opening, closing in THOUGHTS)


def after_thought(text: str, thinking: bool = False) -> tuple[str, str] | None:
    """The text after the last finished thought, and the text before; None if the response is still inside a thought at
    its end.

    thinking: the prompt opened a thought.
    """
    before, after = "", text
    closed = False
    if holds(text, SIGNS):
        end, mark = max((text.rfind(closing), closing) for _, closing in THOUGHTS)
        if text.startswith(STRIPPED[0]) and (place := text.rfind(STRIPPED[1])) > end:
            end, mark = place, STRIPPED[1]
        if end >= 0 and not (mark == THOUGHTS[-1][1] and THOUGHTS[-1][0] not in text[:end]):
            before, after, closed = text[:end], text[end + len(mark) :], True
        if any(opening in after for opening, _ in THOUGHTS):
            return None
    if thinking and not closed:
        return None
    return _final(after), before


def _final(text: str) -> str:
    """What the last section for a final answer holds; the whole where there is none."""
    if holds(text, FINAL_SIGNS):
        begin, opening, closing = max((text.rfind(opening), opening, closing) for opening, closing in FINAL)
        if begin >= 0:
            return text[begin + len(opening) :].partition(closing)[0]
    return text
