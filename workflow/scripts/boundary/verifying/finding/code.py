"""Programs (programs.py), by the end of the prompt."""

from boundary.verifying.grading import Context
from boundary.verifying.programs import completed, of_response


def extract(text: str, finished: bool = True, context: Context | None = None) -> str | None:
    """The program of a response, by the end of its prompt; None if there is none."""
    context = context or Context()
    if context.begins == "program":
        return text if finished and text.strip() else None
    if context.begins == "code":
        return completed(context.question, text)
    defines = context.entry_point and context.entry_point.partition(".")[0]
    code = of_response(text, finished, open_fence=context.begins == "fence", defines=defines, thinking=context.thinking)
    return code if code and code.strip() else None
