"""Chats: rendered by the tokenizer's own template, always with the same date, and never begun twice."""

import polars as pl
import pytest
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import PreTrainedTokenizerFast

from boundary.errors import InputError
from boundary.files import store
from boundary.sampling.chat import Chat
from boundary.sampling.engines import Request, context_needed, prompt_ids, token_ids
from boundary.sampling.examples import examples
from boundary.sampling.prompts import render, require_alike, require_questions, without_question
from boundary.sampling.templates import last_words

PROBLEMS = pl.DataFrame({"problem_id": ["a"], "question": ["1 + 1"], "metadata": ["{}"]})
TURNS = (
    "{{ bos_token }}{% for m in messages %}[{{ m.role }}]{{ m.content }}{% endfor %}"
    "{% if add_generation_prompt %}[model]{% endif %}"
    "{% if enable_thinking is defined %}!{{ enable_thinking }}{% endif %}"
)


def tokenizer(template: str | None = TURNS) -> PreTrainedTokenizerFast:
    """One that begins every text with <s>."""
    words = {word: i for i, word in enumerate(["<s>", "[model]", "[user]", "1", "+", "?"])}
    plain = Tokenizer(models.WordLevel(words, unk_token="?"))
    plain.pre_tokenizer = pre_tokenizers.Whitespace()
    plain.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 0)])
    made = PreTrainedTokenizerFast(tokenizer_object=plain, bos_token="<s>", unk_token="?")
    made.chat_template = template
    return made


def rendered(entry: dict, template: str | None = TURNS) -> str:
    return render(PROBLEMS, entry, Chat(tokenizer(template), entry, "model m"))["prompt"][0]


def test_a_chat_is_rendered_with_its_system_turn_options_and_prefill():
    assert rendered({"chat": "{question}?"}) == "<s>[user]1 + 1?[model]"
    entry = {"chat": "{question}", "system": "Be brief.", "prefill": "So", "options": {"enable_thinking": False}}
    assert rendered(entry) == "<s>[system]Be brief.[user]1 + 1[model]!FalseSo"
    assert last_words(entry, None) == "So"


def test_the_date_of_a_template_never_changes():
    for template in ("{{ strftime_now('%d %b %Y') }}", "{{ date_string }}"):
        assert rendered({"chat": "{question}"}, template) == "26 Jul 2024"
    assert (
        rendered({"chat": "{question}", "options": {"date_string": "1 May 2025"}}, "{{ date_string }}") == "1 May 2025"
    )


def test_what_a_tokenizer_cannot_render_is_one_line():
    with pytest.raises(InputError, match="the tokenizer of model m has no chat template: give the model a text prompt"):
        rendered({"chat": "{question}"}, None)
    with pytest.raises(InputError, match=r"the chat template of model m fails: .*no system turn"):
        rendered({"chat": "{question}", "system": "s"}, "{{ raise_exception('no system turn') }}")


PARTS = "{% for m in messages %}[{{ m.role }}]{% for p in m.content %}{% if p.type == 'text' %}{{ p.text }}{% endif %}"
PARTS += "{% endfor %}{% endfor %}{% if add_generation_prompt %}[model]{% endif %}"


def test_a_template_that_reads_parts_gets_parts():
    entry = {"chat": "{question}?", "system": "Be brief.", "prefill": "So"}
    assert rendered(entry, PARTS) == "[system]Be brief.[user]1 + 1?[model]So"


@pytest.mark.parametrize(
    "shown", ["{{ m.content }}", "{{ m.content | tojson }}", "{{ m.content | e }}", "{{ m.content.split() }}"]
)
def test_a_chat_that_loses_the_question_is_refused_wherever_it_is_used(shown, tmp_path):
    question = 'Is "1 < 2"\n & é?'
    problems = PROBLEMS.with_columns(question=pl.lit(question))
    problems.write_parquet(tmp_path / "problems.parquet")
    template = "{% for m in messages %}" + shown + "{% endfor %}"
    entry = {"chat": "So: {question}"}
    own = render(problems, entry, Chat(tokenizer(template), entry, "m"))
    if "split" not in shown:
        require_questions(own, tmp_path / "problems.parquet", entry, "m")
        return
    assert without_question(own, problems, entry) == ["a"]
    with pytest.raises(InputError, match=r"m: the chat of 1 of 1 problems, 'a' for one, does not hold the question"):
        require_questions(own, tmp_path / "problems.parquet", entry, "m")
    require_questions(own, tmp_path / "gone.parquet", entry, "m")  # another machine may not have it
    require_questions(own, tmp_path / "problems.parquet", {"chat": "What was cut off?"}, "m")


@pytest.mark.parametrize(
    ("template", "prefill", "said"),
    [
        (TURNS, "", ""),
        (TURNS.replace("[model]", "[model]<think>"), "", ""),
        (TURNS.replace("[model]", "[model]<think>\n"), "<think>\n", "its prompts open <think> twice"),
        ("{{ messages[0].content }}", "", "writes nothing where the model's turn begins"),
    ],
)
def test_what_is_odd_about_a_chat_is_said(template, prefill, said, caplog):
    chat = Chat(tokenizer(template), {"prefill": prefill}, "m")
    chat.tell(chat("1 + 1"))
    assert said in caplog.text if said else not caplog.text


def test_no_prompt_begins_twice():
    one = tokenizer()
    assert prompt_ids(one, "1 + 1") == [0, 3, 4, 3]
    assert prompt_ids(one, "<s>1 + 1") == [0, 3, 4, 3]  # as a template writes it
    assert token_ids(one, Request("a", 0, "<s>1", 0, prefix="+")) == [0, 3, 4]
    assert context_needed(one, {"<s>1 + 1"}, {"max_tokens": 4}, 8) == 8


def test_a_server_gets_a_chat_that_begins_once_there_too():
    """Its tokenizer begins a text itself, or does not, as the one that renders the chat."""
    begins, does_not = tokenizer(), tokenizer()
    does_not.backend_tokenizer.post_processor = processors.TemplateProcessing(single="$A", special_tokens=[])
    for one, sent in ((begins, "[user]1[model]"), (does_not, "<s>[user]1[model]")):
        prompt = Chat(one, {}, "m", served=True)("1")
        assert prompt == sent
        assert (
            one(prompt)["input_ids"] == prompt_ids(one, Chat(one, {}, "m")("1")) == [0, *one(prompt)["input_ids"][1:]]
        )


def test_models_of_a_pair_that_render_other_prompts_are_told_before_they_are_sampled(tmp_path):
    chat = Chat(tokenizer(), {}, "m")
    own = render(PROBLEMS, {"chat": "{question}"}, chat)
    require_alike(own, {"base": tmp_path / "not there yet"}, "model m", chat.tokens)
    served = render(PROBLEMS, {"chat": "{question}"}, Chat(tokenizer(), {}, "s", served=True))
    assert served["prompt_hash"][0] != own["prompt_hash"][0]
    for same in (own, served):
        store.write(same, tmp_path / "same.parquet", {})
        require_alike(own, {"base": tmp_path / "same.parquet"}, "model m", chat.tokens)
    other = render(PROBLEMS, {"chat": "{question}"}, Chat(tokenizer("{{ messages[0].content }}"), {}, "b"))
    store.write(other, tmp_path / "other.parquet", {})
    with pytest.raises(InputError, match=r"model m and base are a pair, .* problem 'a', .*prompts_differ: true"):
        require_alike(own, {"base": tmp_path / "other.parquet"}, "model m", chat.tokens)


def test_one_prompt_of_each_kind_is_shown():
    own = render(PROBLEMS, "{question} =")
    files = {f"results/prompts/{model}/b.parquet": own for model in "mn"}
    assert examples(files) == "--- m on b, n on b\n1 + 1 =\n---\n"
