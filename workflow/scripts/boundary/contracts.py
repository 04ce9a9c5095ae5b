"""Types of the dicts of this workflow: of a resolved configuration, and of everything made from it.

At run time they are plain dicts, as in YAML, JSON and Snakemake. config/schemas/config.schema.yaml explains the keys.
Light: runs at parse time.
"""

from typing import Any, NotRequired, Required, TypedDict

NOT_TRACKED = True

# --- prompts ---------------------------------------------------------------------------------------------------------


class ByStarterCode(TypedDict):
    """Two texts: for problems with starter code, and for those without."""

    with_starter_code: str
    without: str


class ChatTemplate(TypedDict, total=False):
    """A prompt that is rendered by a chat template. chat: the user's message."""

    chat: Required[str | ByStarterCode]
    system: str
    prefill: str
    options: dict[str, Any]
    shots: list[tuple[str, str]]


Template = str | ByStarterCode | ChatTemplate

# --- decodings -------------------------------------------------------------------------------------------------------


class Parameters(TypedDict, total=False):
    """Parameters of a decoding: of the next token, and the maximum number of tokens."""

    temperature: float
    top_p: Required[float]
    top_k: Required[int]
    min_p: float
    repetition_penalty: float
    presence_penalty: float
    max_tokens: Required[int]
    logprobs: bool


class Target(TypedDict):
    """The model and decoding whose entropy a decoding matches, and the number of responses on which it is measured."""

    model: str
    decoding: str
    problems: int
    samples: int


class Decoding(Parameters, total=False):
    """cut: the decoding whose samples these are, with fewer tokens, or for episodes within fewer `turns`."""

    entropy_of: Target
    benchmarks: list[str]
    cut: str
    turns: int


# --- models ----------------------------------------------------------------------------------------------------------


class Price(TypedDict):
    """Money per million tokens."""

    input: float
    output: float


class Address(TypedDict, total=False):
    url: Required[str]
    key_env: str


class Server(TypedDict, total=False):
    """named: the model of the run behind it, when a job asks."""

    url: Required[str | list[str | Address]]
    model: Required[str]
    api: str
    extra: dict[str, Any]
    key_env: str
    price: Price
    limit: float
    revision: str
    tokenizer: str
    named: str


class Where(TypedDict):
    """A model of which only the server is known."""

    server: Server


class Settings(TypedDict, total=False):
    """Settings of a decoding, which a file of responses may also contain; `model` is the name in that file."""

    temperature: float | None
    top_p: float | None
    max_tokens: float | None
    model: str | None


class Trained(TypedDict):
    """Weights from a training of the run."""

    recipe: str
    seed: int
    step: int


class Right(TypedDict):
    """The score above which a response is right."""

    above: float


class Responses(TypedDict, total=False):
    """Files of responses, by benchmark, and how they are read."""

    files: Required[dict[str, str | list[str]]]
    format: str
    response: str
    problem: str
    row: str
    question: str
    finish_reason: str
    tokens: str
    at: str
    others: str
    lists: str
    score: str
    options: str
    episodes: bool
    solved_turn: str
    choice: bool
    right: Right
    incomplete: bool
    extraction: str


class Counts(TypedDict, total=False):
    """Files of counts, by benchmark, and their columns."""

    files: Required[dict[str, str]]
    problem: Required[str]
    n: Required[str]
    c: Required[str]
    incomplete: bool


class Model(TypedDict, total=False):
    """An entry of `models`. One of weights, server, responses and counts exists. prompt: by benchmark, for
    benchmarks on which it is sampled here. training: origin of the weights of a model that is trained in the run."""

    label: Required[str]
    benchmarks: Required[list[str]]
    decodings: Required[list[str]]
    samples: Required[dict[str, int]]
    stop: Required[list[str]]
    stop_token_ids: Required[list[int]]
    dtype: Required[str]
    tensor_parallel_size: Required[int]
    weights: str
    server: Server
    responses: Responses
    counts: Counts
    adapter: str
    adapter_of: str
    tokenizer: str
    training: Trained
    prompt: dict[str, str]
    hf_overrides: dict[str, Any]
    trust_remote_code: bool
    color: str
    marker: str
    trained_by: str
    kind: str
    prompts: list[str]
    licence: str
    note: str


# --- benchmarks ------------------------------------------------------------------------------------------------------


class Guess(TypedDict):
    """The model that guesses answers without reasoning, and how often it may be right."""

    model: str
    decoding: str
    below: float
    answers: NotRequired[bool]


class Part(TypedDict):
    """One of several parts of the rows, drawn by a seed."""

    sizes: list[int]
    index: int
    seed: int


class Benchmark(TypedDict, total=False):
    """An entry of `benchmarks`. graders: of an opened bundle, those with verdicts. of: the benchmark of which this
    one is a subset. probe_of: the benchmark the rest of whose questions it asks for."""

    source: Required[str]
    verifier: Required[str]
    grader: Required[str]
    samples: Required[int]
    block: Required[int]
    topup: Required[int]
    extraction: Required[str]
    units: Required[bool]
    graders: list[str]
    former: bool
    notation: str
    unreadable_golds: str | list[str]
    guess_floor: str
    note: str
    licence: str
    citation: str
    stream: str
    problems: int
    guess: Guess
    of: str
    drop: str
    keep: str
    probe_of: str
    share: float
    task: str
    set: str
    largest: int
    seed: int
    reasoning_gym: str
    options: dict[str, Any]
    file: str
    hub: str
    files: list[str]
    url: str
    sha256: str
    format: str
    id: str
    question: str
    answer: str
    image: str
    tolerance: str
    precision: str
    type: str
    stratum: str
    cluster: str
    choices: str | list[str]
    publish: bool
    transform: dict[str, list[str]]
    filter: dict[str, list | dict[str, Any]]
    part: Part


# --- what is compared ------------------------------------------------------------------------------------------------


class Pair(TypedDict):
    """decodings: that of the base and that of the tuned model, if they differ."""

    base: str
    tuned: str
    prompts_differ: bool
    match_budgets: bool
    incomplete: bool
    decodings: NotRequired[list[str]]


class Member(TypedDict):
    """A member of a group, and its place on the axis. decoding: for a member along decodings."""

    at: Any
    base: str
    tuned: str
    decoding: NotRequired[str]


class Group(TypedDict, total=False):
    """An entry of `groups`. file: its name in file names. title: its own name. left_out: incomplete checkpoints."""

    members: Required[list[Member]]
    axis: Required[str]
    scale: Required[str]
    file: Required[str]
    folded: Required[bool]
    prompts_differ: Required[bool]
    match_budgets: Required[bool]
    incomplete: Required[bool]
    base: str
    tuned: str
    by: str
    benchmarks: list[str]
    decodings: list[str]
    k: int
    title: str
    left_out: list[str]


# --- recipes ---------------------------------------------------------------------------------------------------------


class Start(TypedDict, total=False):
    """The start of a training: a model, or the training of a recipe; empty for random weights."""

    model: str
    recipe: str
    seed: int
    step: int


class Lora(TypedDict):
    rank: int
    alpha: float
    modules: list[str]


class Size(TypedDict):
    width: int
    layers: int


class Recipe(TypedDict, total=False):
    """An entry of `recipes`."""

    task: Required[str]
    algorithm: Required[str]
    steps: Required[int]
    checkpoints: Required[list[int]]
    start: Start
    seeds: list[int]
    threads: int
    measured: bool
    problems: int
    rollouts: int
    learning_rate: float
    max_new_tokens: int
    pool: int
    largest: int
    prompt: str
    reward: str
    kl: float
    entropy_bonus: float
    minibatches: int
    clip: float
    clip_high: float
    k: int
    overlong: int
    value_learning_rate: float
    gae: float
    lora: Lora
    documents: int
    muon_lr: float
    adam_lr: float
    warmup: int
    decay: float
    prompt_weight: float
    size: Size


# --- the configuration -----------------------------------------------------------------------------------------------


class Likelihood(TypedDict, total=False):
    problems: Required[int | list[str]]
    samples: Required[int]
    references: Required[list[str]]
    entropy: Required[bool]
    quantile: Required[float]
    engine: Required[str]
    benchmarks: list[str]
    groups: list[str]


class Truth(TypedDict, total=False):
    unexplored: Required[float]
    prefixes: Required[int]
    models: list[str]
    benchmarks: list[str]
    decodings: list[str]


class Contamination(TypedDict, total=False):
    benchmarks: Required[list[str]]
    share: Required[float]
    max_tokens: Required[int]
    column: Required[str]
    words: Required[int]
    overlap: Required[float]
    models: list[str]
    training: str


class Validity(TypedDict):
    """labels: sources by benchmark."""

    below: float
    responses: int
    labels: dict[str, list[str]]


class VerificationLimits(TypedDict):
    seconds_per_answer: float
    memory_mb: int
    cpu_seconds_per_test: int
    minimum_isolation: NotRequired[str]


class Bundle(TypedDict):
    """opened: the folder of an opened bundle."""

    samples: bool
    opened: NotRequired[str]


class Zoo(TypedDict):
    scale: float


class Config(TypedDict, total=False):
    """A resolved configuration. run_pairs: pairs with several runs on a side."""

    seed: Required[int]
    engine: Required[str]
    models: Required[dict[str, Model]]
    benchmarks: Required[dict[str, Benchmark]]
    decodings: Required[dict[str, Decoding]]
    recipes: Required[dict[str, Recipe]]
    runs: Required[dict[str, list[str]]]
    pairs: Required[list[Pair]]
    run_pairs: Required[list[Pair]]
    groups: Required[dict[str, Group]]
    analysis: Required[dict[str, Any]]
    validity: Required[Validity]
    report: Required[dict[str, Any]]
    prompts: Required[dict[str, Template]]
    answer_forms: Required[dict[str, str]]
    engines: Required[dict[str, dict[str, Any]]]
    verification: Required[VerificationLimits]
    paper: Required[dict[str, Any]]
    bundle: Required[Bundle]
    zoo: Required[Zoo]
    trainings: dict[str, Any]
    likelihood: Likelihood
    truth: Truth
    findings: dict[str, Any]
    contamination: Contamination
    missing_samples: str
    title: str
    prompts_of: dict[str, dict[str, str]]
    shots: dict[str, list[str]]


# --- specs: what decides a job's output, see identity.py -------------------------------------------------------------


class TrainingSpec(TypedDict, total=False):
    """Spec of the weights of a training. start: weights, or the step of another training."""

    protocol: Required[int]
    recipe: Required[Recipe]
    seed: Required[int]
    prompt: Template
    start: "str | StepSpec"


class StepSpec(TypedDict):
    """Weights that are trained in this run."""

    trained: TrainingSpec
    step: int


class StopRules(TypedDict):
    """Rules that end a response."""

    stop: list[str]
    stop_token_ids: list[int]


class ModelSpec(StopRules, total=False):
    """Spec of a model that is sampled here: weights, or its name on a server. code: of weights that come with code."""

    prompt: Required[Template]
    weights: str | StepSpec
    dtype: str
    server: str
    revision: str
    api: str
    extra: dict[str, Any]
    adapter: str | StepSpec
    hf_overrides: dict[str, Any]
    code: str


class Pilot(TypedDict):
    problems: int
    samples: int


class Piloted(TypedDict):
    model: ModelSpec
    decoding: Parameters


class MatchingSpec(TypedDict):
    """Spec of the temperature at which the tuned model is as random as the base."""

    protocol: int
    seed: int
    stream: str
    pilot: Pilot
    base: Piloted
    tuned: Piloted


class SampledDecoding(Parameters, total=False):
    """A decoding as a spec has it."""

    entropy_of: MatchingSpec


class CutSpec(TypedDict, total=False):
    """Spec of samples that are cut: the limit of the original samples, and the tokenizer of a server's; for episodes
    the maximum number of turns."""

    protocol: int
    max_tokens: int
    tokenizer: str
    turns: int


class SampleSpec(TypedDict, total=False):
    """Spec of samples: of a model here, or of the files that they come from."""

    protocol: int
    seed: int
    model: ModelSpec
    decoding: SampledDecoding
    cut: CutSpec
    responses: Responses
    counts: Counts


class PromptSpec(TypedDict, total=False):
    """Spec of prompts, given the problems."""

    template: Required[Template]
    api: str
    tokenizer: str


class ScoreSpec(TypedDict):
    """Spec of the scores of a writer's responses under a model. own: the model's own responses."""

    protocol: int
    model: ModelSpec
    written: SampleSpec
    own: bool
    entropy: bool
    seed: int
    problems: int | list[str]
    samples: int


class TrainingJob(TypedDict, total=False):
    """Spec of a training, the steps that are kept, and whether model cards report accuracy."""

    training: Required[TrainingSpec]
    checkpoints: Required[list[int]]
    measured: bool


class ExploreSpec(TypedDict):
    """Spec of exact probabilities of responses, see truth/plan.py."""

    protocol: int
    model: ModelSpec
    decoding: Parameters
    unexplored: float
    prefixes: int


class VerificationSpec(TypedDict, total=False):
    """Spec of verdicts on samples, see `Verification.spec`."""

    graders: list[str]
    code: str
    extraction: str
    form: str | None
    units: bool
    limits: VerificationLimits
    right: Right


# --- setups: how a job is run, which changes no output ---------------------------------------------------------------


class Fetched(TypedDict):
    """Manifests of downloads; None for a folder."""

    weights: str | None
    adapter: str | None


class DeviceSetup(TypedDict):
    """options: of every engine, by name. weights, adapter: folders, or None for downloads."""

    engine: str
    options: dict[str, dict[str, Any]]
    weights: str | None
    adapter: str | None
    trust_remote_code: bool
    tensor_parallel_size: int
    gpus: int


class ScoringSetup(DeviceSetup):
    prompts: PromptSpec


class SamplingSetup(ScoringSetup):
    """stream, benchmarks: those that share samples. models: of the run. forecast: the expected work of the job."""

    server: Server | None
    model: str
    models: list[str]
    decoding: str
    images: bool
    stream: str
    benchmarks: list[str]
    forecast: NotRequired[object]


class PromptSetup(TypedDict, total=False):
    """See `Setup.of_prompts`."""

    model: Required[str]
    tokenizer: Required[str | None]
    served: Required[bool]
    partners: Required[dict[str, str]]
    shots: list[str]
    pinned: str | None
    weights: dict[str, str | None]
    models: list[str]
    benchmarks: list[str]


class EngineModel(StopRules, total=False):
    """A model as an engine takes it. adapter: its folder."""

    dtype: Required[str]
    tensor_parallel_size: int
    trust_remote_code: bool
    adapter: str | None
    hf_overrides: dict[str, Any]


class Options(TypedDict, total=False):
    """Options of the engines transformers and server; vLLM has its own."""

    batch_size: int
    concurrency: int
    patience: float
    timeout: float


class Job(TypedDict, total=False):
    """All samples of a model on a benchmark under a decoding, see `Setup.to_plan`. blocks: (file, file of
    Snakemake's measurements, samples per problem). The other fields come from `planning.plan`: sample indices of
    missing blocks, those of them that are `finished`; samples, tokens and seconds of finished blocks; missing
    samples per problem."""

    model: Required[str]
    benchmark: Required[str]
    decoding: Required[str]
    spec: Required[SampleSpec]
    gpus: Required[int]
    blocks: Required[list[tuple[str, str, int]]]
    stream: Required[str]
    problems: Required[int | None]
    prompts: Required[str]
    price: Price
    limit: float
    own_file: Benchmark
    indices: set[int]
    finished: set[int]
    done: list[tuple[int, int, float | None]]
    missing: int
    tokens_per_sample: float
    hours_per_token: float | None


# --- what is shown ---------------------------------------------------------------------------------------------------


class ShownModel(TypedDict):
    """A model, or runs of one recipe together, with a curve in a figure. place: among all of the run."""

    name: str
    place: int
    label: str | None
    color: str | None
    marker: str | None


class ShownGroup(TypedDict, total=False):
    title: Required[str]
    axis: Required[str]
    scale: Required[str]
    members: Required[list[Member]]
    folded: bool
    k: int | None


class FigureSpec(TypedDict, total=False):
    """Spec of a figure, see `Shown`. pairs: of base and tuned model. benchmark, decoding: its subject."""

    benchmark: str
    decoding: str
    models: list[ShownModel]
    pairs: list[tuple[str, str]]
    grader: str
    level: float
    guess_floor: str | None
    sampled_guesses: bool
    note: str | None
    title: str
    group: ShownGroup
    labels: dict[str, str]
    large_k: int | str
    rate: float
    not_rl: list[str]


class TableSpec(TypedDict, total=False):
    """Spec of a table, see `Shown.table`."""

    benchmarks: list[str]
    graders: dict[str, str]
    groups: list[dict[str, str]]
    level: float
    rate: float
    runs: dict[str, list[str]]
    wholes: list[str]
    published: list[str]
    whole_of: dict[str, str]
    parts: dict[str, str]
    comparisons: list[tuple[str, str, str, str, str, bool]]
    turns: dict[str, int | None]


class ClaimsSpec(TypedDict, total=False):
    """Spec of claims and of what is reported with them, see `Claims.spec`."""

    level: float
    rate: float
    large_k: int | str
    labels: dict[str, str]
    streams: dict[str, str]
    topped_up: list[str]
    served: dict[str, str]
    by_chat: list[str]
    other_bases: dict[str, dict[str, str]]
    subsets: dict[str, str]
    graders: dict[str, str]
    whole_of: dict[str, str]
    clustered: dict[str, str]
    in_families: list[str]
    other_templates: dict[str, str]
    guessed: list[str]
    claims: list[str]
    imported: list[dict[str, Any]]
    within: dict[str, str]


class ShownCondition(FigureSpec, total=False):
    """A condition on the page. browse: the folder of the pages of its samples."""

    browse: str | None


class PageSpec(TypedDict, total=False):
    """Spec of the page, see page/spec.py."""

    title: str
    origins: dict[str, str]
    kinds: dict[str, str]
    level: float
    rate: float
    labels: dict[str, str]
    served: dict[str, str]
    other_bases: dict[str, dict[str, str]]
    by_chat: list[str]
    other_templates: dict[str, str]
    subsets: dict[str, str]
    models: dict[str, dict[str, Any]]
    benchmarks: dict[str, dict[str, Any]]
    cut: list[str]
    conditions: list[ShownCondition]
    figures: list[dict[str, Any]]
    left: list[list[str]]


class PaperSpec(TypedDict, total=False):
    """Spec of a table for papers."""

    labels: dict[str, str]
    k: list[int]


# --- problems --------------------------------------------------------------------------------------------------------


class LongOutput(TypedDict):
    """The kept part of an expected output that is very long."""

    length: int
    sha256: str


class Tests(TypedDict, total=False):
    """Tests of a program: its inputs, or the arguments of its function. environment: names that exist before it
    runs."""

    inputs: Required[list[str]]
    entry_point: str
    environment: str | None


class Asserted(TypedDict):
    """Tests that are code. check: whether they define `check(candidate)`."""

    test: str
    solution: str
    check: bool


class Gold(TypedDict, total=False):
    """The part of a benchmark's file that responses are compared with: answers, any of which is right, or tests.
    expected: outputs, of each solution. entry: of reasoning-gym."""

    answers: list[str]
    type: str | None
    tolerance: float
    precision: int
    units: bool
    tests: Tests
    rule: str
    atol: float
    expected: list[list[str | LongOutput]]
    asserted: Asserted
    cpu_seconds: int
    computed: bool
    stream: bytes
    task: str
    options: dict[str, Any]
    entry: dict[str, Any]


class ProblemRow(TypedDict, total=False):
    """A row of a benchmark while it is built. row: its number. solution, also: programs that are right."""

    problem_id: str
    question: str
    row: int
    gold: Gold
    answers: list[str]
    solution: str | None
    also: str | None
    verifier: str
    metadata: str
    stratum: str | None
    cluster: str
    guess_rate: float
    images: list[bytes]


class Probed(TypedDict):
    """A greedy response of a server, and its places with two almost equally likely tokens."""

    text: str
    ties: list[tuple[int, int]] | None


# --- what files of others state --------------------------------------------------------------------------------------


class StatedScores(TypedDict, total=False):
    """The name of the score, some of its values, the number of unknown ones; or the question that the file raises."""

    score: str
    values: list[float]
    unknown: int
    question: str


class Facts(TypedDict, total=False):
    """See `Stated.facts`."""

    settings: Required[dict[str, list]]
    scores: StatedScores
    rendering: str | None
    example: str | None
    prompts: dict[str, str]


class Partner(TypedDict):
    """Imported samples of another model of a pair."""

    path: str
    spec: SampleSpec


class Message(TypedDict):
    """A turn of a chat, as servers take it."""

    role: str
    content: Any


class Turn(TypedDict, total=False):
    """A message of an episode. calls: of tools, name and arguments."""

    role: Required[str]
    text: Required[str]
    calls: list[list[str]]


class Kept(TypedDict, total=False):
    """Facts stated by one file, see `Stated.kept`."""

    settings: dict[str, list]
    prompts: dict[str, list[str]]
    example: str | None
    score: str | None
    question: str | None


# --- what is estimated -----------------------------------------------------------------------------------------------


class ComparisonSpec(TypedDict, total=False):
    """Spec of a part of a comparison, or of a trend, see analysis/plan.py. own, others: (prompt, decoding) of a
    side's curve, and of others of the same model. at: places of a group's members; runs: the number of runs of each."""

    level: float
    rate: float
    grader: str
    large_k: int | str
    efficiency_k: int | None
    sharpening_k: int
    incomplete: bool
    match_budgets: bool
    claims: list[str]
    guessed: bool
    own: dict[str, list[str | None]]
    others: dict[str, list[list[str | None]]]
    at: list[Any]
    scale: str
    group: str
    runs: dict[str, list[int]]


class Planned(TypedDict):
    """See `Claims.planned`."""

    rate: float
    level: float
    claims: int
    models: dict[str, list[str]]
    topped_up: list[str]


class Cuts(TypedDict):
    """Number of samples that were cut, and number of those whose text has another number of tokens."""

    cut: int
    cut_uncertain: int


# --- what people read ------------------------------------------------------------------------------------------------


class FileTable(TypedDict):
    """A table in a file, as the page shows it. all: number of rows."""

    name: str
    title: str
    columns: list[str]
    rows: list[list[Any]]
    all: int
    file: str
    caption: str


class ReviewSpec(TypedDict, total=False):
    """Spec of a page for reviewers and of everything made from it."""

    benchmark: str
    decoding: str
    below: float
    responses: int
    level: float
    grader: str
    models: list[str]
    samples: list[SampleSpec]
    program: str | None


class Reviewed(TypedDict):
    """A problem as a reviewer sees it."""

    question: str
    golds: list[str]
    images: NotRequired[list[str]]
