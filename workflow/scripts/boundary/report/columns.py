"""Every column of every table: its type, unit and meaning. `python docs/tables.py` makes docs/tables.md from this.

A new column of a table is one line in TABLES. A column of several tables is a line of SHARED, named in `shared`.
"""

from functools import partial
from typing import NamedTuple

NOT_TRACKED = True  # it says what tables hold, and decides none

TEXT, WHOLE, NUMBER, FLAG = "text", "whole number", "number", "true or false"
UNITS = {  # as docs/tables.md explains them
    "share": "between 0 and 1, a difference of two between -1 and 1; times 100 it is per cent, or percentage points",
    "p": "p of a test, or a probability",
    "k": "samples of each problem",
    "samples": "a number of samples; n is per problem",
    "problems": "a number of problems",
    "responses": "a number of responses",
    "tokens": "a number of tokens",
    "words": "a number of words",
    "nats per token": "natural logarithm; divided by 0.693 it is bits",
    "share x doublings": "pass@k times doublings of k",
    "number": "a plain number: a parameter, a position or a count",
    "price": "in the currency of the configuration",
    "see `unit`": "the unit is in the column `unit` of the same row",
    "see `metric`": "the metric of the row: a share, answers, nats or tokens",
    "see `measure`": "the measure of the row, which names it",
}


class Column(NamedTuple):
    """type: one of the four above. unit: one of UNITS, empty for text. meaning: a phrase. optional: whether some
    runs lack it."""

    type: str
    unit: str
    meaning: str
    optional: bool = False


text, flag = partial(Column, TEXT, ""), partial(Column, FLAG, "")
share, p_of, varying = (partial(Column, NUMBER, unit) for unit in ("share", "p", "see `unit`"))
problems, samples, responses, at_k, count = (
    partial(Column, WHOLE, unit) for unit in ("problems", "samples", "responses", "k", "number")
)


class Documented(NamedTuple):
    """rows: the subject of each row. key: columns whose values are unique together. columns: in order, if all exist.
    others: meaning of further columns whose names depend on the run, or None."""

    rows: str
    key: tuple[str, ...]
    columns: dict[str, Column]
    others: str | None = None


PAIR = ("benchmark", "decoding", "base", "tuned")
CURVE = ("benchmark", "decoding", "model")

SHARED = {
    "benchmark": text("name of the benchmark in the configuration"),
    "decoding": text("name of the decoding; two names if base and tuned model have different ones"),
    "model": text("name of the model in the configuration"),
    "base": text("name of the base model of the pair"),
    "tuned": text("name of the tuned model of the pair"),
    "group": text("title of the group"),
    "grader": text("grader whose verdicts are counted"),
    "problem_id": text("id of the problem"),
    "stratum": text("difficulty, subject or date of these problems; `all`: all of them"),
    "problems": problems("number of problems"),
    "n": samples("samples of each problem; the smallest number if it differs"),
    "c": samples("correct samples of the problem"),
    "k": at_k("samples that may be drawn of a problem"),
    "estimate": share("the estimate"),
    "low": share("lower end of the interval for problems like these"),
    "high": share("upper end of it"),
    "p": p_of("p of an estimate of zero, not corrected for other tests"),
    "rate": share("success rate from which a problem counts as solved (config key `analysis.rate`)"),
    "looks": count("how often each problem was tested: 2 if undecided problems were topped up"),
    "other_below": share("upper bound of the rate of the model without a correct sample, for all problems at once"),
    "other_below_each": share("the same for any single problem"),
    "solved_alone": problems("problems that only the one model solved in n samples, at any rate"),
    "solved_alone_once": problems("of these, those that rest on a single correct sample"),
    "low_at_10": problems("`low`, counted at a rate of 10%"),
    "low_at_50": problems("`low`, counted at a rate of 50%"),
    "guesses_would_solve": Column(
        NUMBER, "problems", "how many of these the same number of guesses would solve on average"
    ),
    "above_guessing": problems("on how many of these the model is above the problem's guess rate, uncorrected"),
    "may_be_luck": flag("guessing could explain the claim; empty: not known"),
    "verdict": text("uncorrected decision: supported, refuted or undecided"),
    "holm": text("decision after Holm's correction over all claims of the run"),
    "supportable": flag("whether any result with this n could be supported"),
    "samples_to_support": samples("fewest samples of each problem with which a claim could be supported"),
    "beyond_n": text("which of `estimate`, `low` and `high` are empty because they lie beyond n samples"),
}


def shared(*names: str) -> dict[str, Column]:
    return {name: SHARED[name] for name in names}


UNIT = {"unit": text("of estimate, low and high: share, p, problems, k, or share x doublings")}
ENDS = {
    "estimate": varying("the estimate"),
    "low": varying("lower end of the interval for problems like these; for sets: number of confirmed problems"),
    "high": varying("upper end of it; for sets: number of problems that are not excluded"),
}
DIFFERENCES = {
    f"{name}_{at}": Column(NUMBER, unit, f"{meaning} at {k}")
    for at, k in (("1", "k = 1"), ("half", "k = n/2"), ("n", "k = n"))
    for name, unit, meaning in (
        ("difference", "share", "tuned minus base pass@k"),
        ("low", "share", "lower end of its paired interval"),
        ("high", "share", "upper end of its paired interval"),
        ("p", "p", "uncorrected p of a difference of zero"),
    )
}
CROSSING = {
    "crossing_k": Column(NUMBER, "k", "first k at which the base is level or ahead; empty: none up to n"),
    "crossing_low": Column(NUMBER, "k", "lower end of its interval; empty: beyond n"),
    "crossing_high": Column(NUMBER, "k", "upper end of its interval; empty: beyond n"),
    "crossing_beyond_n": text("which of estimate, low and high of the crossing lie beyond n samples"),
}
MEASURES = {
    "efficiency_gap": share("base pass@K minus tuned pass@1 (arXiv 2504.13837, section 4.3)"),
    "efficiency_gap_k": at_k("K of the gap"),
    "efficiency_gap_low": share("lower end of its interval"),
    "efficiency_gap_high": share("upper end of its interval"),
    "efficiency_gap_at_half": share("the same gap with K = n/2, which is estimated more precisely"),
    "efficiency_gap_at_half_k": at_k("n/2"),
    "efficiency_gap_at_half_low": share("lower end of its interval"),
    "efficiency_gap_at_half_high": share("upper end of its interval"),
    "area": Column(NUMBER, "share x doublings", "area between the curves, tuned minus base, over log2 k from 1 to n/2"),
    "area_k": at_k("n/2, the largest k of the area"),
    "area_low": Column(NUMBER, "share x doublings", "lower end of its interval"),
    "area_high": Column(NUMBER, "share x doublings", "upper end of its interval"),
}
CATEGORIES = {
    "both": problems("problems that both models solved in their samples"),
    "base_only": problems("problems that only the base solved"),
    "tuned_only": problems("problems that only the tuned model solved"),
    "neither": problems("problems that neither solved"),
}
SETS = {
    "mcnemar_p": p_of("exact McNemar p of equal numbers of problems solved by one model alone"),
    "false_lost": Column(NUMBER, "problems", "`base_only` expected by chance between two equally able models"),
    "false_gained": Column(NUMBER, "problems", "`tuned_only` expected by chance between two equally able models"),
    "support_retention_rate": share("SRR (arXiv 2507.14843): both / (both + base_only)"),
    "net_discovery_rate": share("NDR: tuned_only / (both + tuned_only)"),
    "support_dynamic_score": share("SDS: harmonic mean of SRR and NDR"),
    "net_support_change_rate": share("NSCR: (tuned_only - base_only) / (both + base_only + tuned_only)"),
}
LONG = {
    "quantity": text("name of the quantity; see Quantities of the long tables"),
    "k": at_k("k of the quantity; empty if it has none"),
    **UNIT,
    **ENDS,
    **shared("beyond_n", "p", "n", "problems"),
}
QUANTITIES = {  # of pairs_long and groups_long: unit and meaning
    "base_passk": ("share", "pass@k of the base, on the problems of the pair"),
    "tuned_passk": ("share", "pass@k of the tuned model"),
    "difference": ("share", "tuned minus base pass@k, with its paired interval"),
    "crossing_k": ("k", CROSSING["crossing_k"].meaning),
    "efficiency_gap": ("share", MEASURES["efficiency_gap"].meaning),
    "area": ("share x doublings", MEASURES["area"].meaning),
} | {name: (column.unit, column.meaning) for name, column in (CATEGORIES | SETS).items()}
MEMBER = {
    "axis": text("the property in which the members of the group differ"),
    "at": text("place of the member on this axis"),
}

TABLES: dict[str, Documented] = {
    "claims": Documented(
        "a claim about a pair, on a benchmark or on all of them (`all`)",
        (*PAIR, "kind", "k"),
        {
            **shared(*PAIR),
            "kind": text(
                "better, overtakes, gained, lost, rate_gained, rate_lost, coverage, or one of `analysis.claims`"
            ),
            "claim": text("the claim in words, independent of the result"),
            "direction": text("for coverage: narrowed or widened, by the sign of the estimate"),
            **UNIT,
            **ENDS,
            **shared("beyond_n"),
            "p": p_of("p of the test that decides it, not corrected for other claims"),
            "verdict": text("uncorrected decision: supported, refuted or undecided"),
            "holm": text("decision after Holm's correction (controls the chance of even one false decision)"),
            "holm_p": p_of("p after Holm's correction"),
            "fdr": text("decision after Benjamini and Hochberg's correction (controls the share of false ones)"),
            "fdr_p": p_of("p after Benjamini and Hochberg's correction"),
            "k": at_k("see `k_is`; for all benchmarks together: empty if their k differ"),
            "k_is": text(
                "meaning of k: k of the difference, number of samples or votes, or k at which the base leads most"
            ),
            **shared("n", "problems"),
            "clusters": count("number of families of problems, if the claim is computed over families (`cluster`)"),
            "test": text("the test that decides it"),
            "own_low": share("lower end of the interval for exactly these problems (only sampling varies)"),
            "own_high": share("upper end of it"),
            "guess_at_k": share("pass@k of guessing alone; empty: not known"),
            **shared("may_be_luck", "rate"),
            "samples": text("samples of each problem; a range if they differ"),
            "rivals": count("number of prompts and decodings of the base in the comparison", True),
            "closest": text("the one with the smallest difference", True),
            "of_own": share("the difference under the base's own prompt", True),
            **shared("looks", "other_below", "other_below_each", "solved_alone", "solved_alone_once"),
            "also_solved": problems("problems of the estimate that the other model solved sometimes"),
            **shared("low_at_10", "low_at_50", "guesses_would_solve", "above_guessing"),
            "least_p": p_of("the smallest p that any result with this n could have"),
            **shared("supportable", "samples_to_support"),
            "rate_to_support": share("lowest rate at which a claim could be supported"),
            "problems_to_decide": problems(
                "number of problems that would decide it with 80% power if the estimate is right"
            ),
            "clusters_to_decide": count("the same in families of problems"),
            "tokens_of_problems": Column(WHOLE, "tokens", "tokens for these problems"),
            "samples_to_decide": samples("samples of each present problem that would decide it; empty: no number does"),
            "tokens_of_samples": Column(WHOLE, "tokens", "tokens for these samples"),
            "choices": count(
                "number of graders, k, filters and decodings under which the pair was judged, own included"
            ),
            "agreeing": count("choices with the same decision"),
            "undecided_choices": count("undecided choices"),
            "opposite": count("choices with the opposite decision"),
            "turns_under": text("names of the opposite choices"),
            "strata": count("number of strata, counted separately because they have fewer problems"),
            "strata_agreeing": count("strata with the same decision"),
            "strata_undecided": count("undecided strata"),
            "strata_opposite": count("strata with the opposite decision"),
            "graders_differ": text("other graders under which this claim is decided differently, with the decision"),
            "false_accepts_to_turn": share(
                "rate of false accepts that would turn the decision if only the leading model had it"
            ),
            "within": text("for episodes: number of turns that the claim is about", optional=True),
            "shared": text("for an incomplete pair: what was compared"),
            "heterogeneity_p": p_of("for all benchmarks together: p of the test that they agree (Q)"),
            "i2": share("for all benchmarks together: share of the variance that is between them"),
            "ahead_on": text("for all benchmarks together: those on which the tuned model is ahead"),
            "behind_on": text("for all benchmarks together: those on which it is behind"),
        },
    ),
    "pairs": Documented(
        "a pair on a benchmark, for reading; `pairs_long` has the same in long form, `problems` the ids",
        PAIR,
        {**shared(*PAIR, "problems", "n"), **CATEGORIES, **SETS, **DIFFERENCES, **CROSSING, **MEASURES},
    ),
    "pairs_long": Documented("a quantity of a pair at a k", (*PAIR, "quantity", "k"), {**shared(*PAIR), **LONG}),
    "groups": Documented(
        "a member of a group along its axis, for reading; `groups_long` has the same in long form",
        ("group", "at", *PAIR),
        {
            **shared("group"),
            **MEMBER,
            **shared(*PAIR, "problems", "n"),
            "base_passk_1": share("pass@1 of the base"),
            "tuned_passk_1": share("pass@1 of the tuned model"),
            "base_passk_n": share("pass@n of the base"),
            "tuned_passk_n": share("pass@n of the tuned model"),
            **DIFFERENCES,
            **CROSSING,
            "overtaken_k": at_k("k up to n/2 at which the base is furthest ahead, in standard errors"),
            "overtaken_p": p_of("p that the base is ahead at no k up to n/2"),
            "never_p": p_of("p that the base is ahead, or level, at some k up to n/2"),
            **MEASURES,
        },
    ),
    "groups_long": Documented(
        "a quantity of a member of a group at a k",
        ("group", "at", *PAIR, "quantity", "k"),
        {**shared("group"), **MEMBER, **shared(*PAIR), **LONG},
    ),
    "trends": Documented(
        "the trend of tuned minus base along a group's axis, or its best member, at a k",
        ("group", "benchmark", "decoding", "k", "what"),
        {
            **shared("group", "benchmark", "decoding", "k", "n", "problems"),
            "what": text("trend: least-squares slope; best: the member with the largest difference"),
            "member": text("unit of the axis for the slope, or the best member"),
            **shared("estimate", "low", "high"),
            "p": p_of("p of an estimate of zero (best: as one of several), not corrected for other trends or claims"),
            "direction_uncorrected": text(
                "rises, falls, ahead of or behind its base, or undecided; from the interval alone"
            ),
        },
    ),
    "passk": Documented(
        "pass@k of a model, by a grader, at a power of two or at n",
        (*CURVE, "grader", "k"),
        {
            **shared(*CURVE, "k", "estimate", "low", "high"),
            "band_low": share("lower end of the simultaneous band, for all k at once"),
            "band_high": share("upper end of it"),
            "sampling_error": share("standard error for exactly these problems; empty if k > n/2"),
            "modelled_error": share("the same from a fitted model, for k > n/2"),
            **shared("grader", "n", "problems"),
            "truncated": share("share of all samples that were truncated at max_tokens before an answer"),
            "no_answer": share("share of all samples that finished without an answer"),
            "failed": share("share of all samples: programs with an error or a time-out, and failures of the grader"),
            "duplicates": share("share of all samples that repeat a response of 64 tokens or more word by word"),
            "interrupted": share("share of imported samples that ended neither by their own end nor at a limit", True),
            "cut_samples": samples("responses that were shortened to a new max_tokens", True),
            "continued_samples": samples("responses that were continued from an old max_tokens", True),
            "uncertain_cuts": share("share of shortened responses whose cut may be off by a token or two", True),
        },
    ),
    "strata": Documented(
        "pass@k of a model on a stratum, by a grader, at a power of two",
        (*CURVE, "grader", "stratum", "k"),
        shared(*CURVE, "grader", "stratum", "problems", "k", "estimate", "low", "high"),
    ),
    "metrics": Documented(
        "a metric of a model, by a grader",
        (*CURVE, "metric", "k", "tau", "grader"),
        {
            **shared(*CURVE),
            "metric": text("its name, such as maj@k, pass^k or tokens per solved problem"),
            "k": at_k("k of the metric; empty if it has none"),
            "tau": share("threshold of the metric; empty if it has none"),
            "estimate": Column(
                NUMBER,
                "see `metric`",
                "the estimate; empty: infinite, such as tokens per solved problem if none is solved",
            ),
            "low": Column(NUMBER, "see `metric`", "lower end of the interval for problems like these"),
            "high": Column(NUMBER, "see `metric`", "upper end of it; empty: no bound"),
            **shared("grader", "n", "problems"),
        },
    ),
    "beyond": Documented(
        "the extrapolation of a model beyond n, by a grader",
        (*CURVE, "grader"),
        {
            **shared(*CURVE),
            "never": share("share of problems with rate zero in the fit (zero-inflated beta-binomial)"),
            "a": Column(NUMBER, "number", "first parameter of its beta distribution"),
            "b": Column(NUMBER, "number", "second parameter of its beta distribution"),
            "observed": share("observed pass@n"),
            "chao2": share("lower bound of the share of solvable problems, which assumes no distribution"),
            "chao2_low": share("lower end of its interval"),
            "chao2_high": share("upper end of its interval"),
            "held_out_error": share(
                "predicted minus observed pass@n, from fewer samples; a large one discredits the fit"
            ),
            "held_out_low": share("lower end of its interval"),
            "held_out_high": share("upper end of its interval"),
            "held_out_factor": count("how many times fewer samples were used for that prediction"),
            "solved": problems("problems solved at least once"),
            "withheld": flag("whether it is withheld: too few problems are solved to tell small rates from none"),
            **shared("grader", "n", "problems"),
        },
    ),
    "graders": Documented(
        "two graders on the samples of a model",
        (*CURVE, "first", "second"),
        {
            **shared(*CURVE),
            "first": text("one grader"),
            "second": text("the other"),
            "samples": samples("samples of all problems"),
            "both": samples("samples that both accept"),
            "only_first": samples("samples that only the first accepts"),
            "only_second": samples("samples that only the second accepts"),
        },
    ),
    "grader_examples": Documented(
        "a sample on which two graders disagree, a few of each kind",
        (*CURVE, "first", "second", "right_by", "problem_id", "sample_index"),
        {
            **shared(*CURVE),
            "first": text("one grader"),
            "second": text("the other"),
            "right_by": text("the grader that accepts it; the other does not"),
            **shared("problem_id"),
            "sample_index": count("number of the sample, from 0"),
        },
    ),
    "flags": Documented(
        "a doubt about a problem or a grader; an empty table is a good sign",
        ("benchmark", "problem_id", "flag"),
        {
            **shared("benchmark"),
            "problem_id": text("id of the problem; empty if the row is about the whole benchmark"),
            "flag": text("description of the doubt"),
        },
    ),
    "problems": Documented(
        "a problem of a pair",
        (*PAIR, "problem_id"),
        {
            **shared(*PAIR, "problem_id"),
            "n_base": samples("samples of the base"),
            "c_base": samples("correct ones"),
            "n_tuned": samples("samples of the tuned model"),
            "c_tuned": samples("correct ones"),
            "category": text("models that solved it in their samples: both, base only, tuned only, neither"),
            "fisher_p": p_of("Fisher's exact p of equal rates, uncorrected"),
            "gain_p": p_of("one-sided p: the tuned model is better"),
            "loss_p": p_of("one-sided p: the tuned model is worse"),
            "tuned_worse": p_of("posterior chance that the tuned model's rate is lower"),
            "base_status": text("whether the base reaches `analysis.rate`: solvable, not at this rate, undecided"),
            "tuned_status": text("the same for the tuned model"),
            "base_status_holm": text("`base_status` after Holm's correction over all problems"),
            "tuned_status_holm": text("`tuned_status` after Holm's correction over all problems"),
            "guess_rate": share("chance of one guess; empty: not known"),
            "base_guess_p": p_of("p that the base is correct no more often than guesses"),
            "tuned_guess_p": p_of("the same for the tuned model"),
            "shown_gained": flag("confirmed: the tuned model solves it at `analysis.rate`, the base never did", True),
            "shown_lost": flag("the reverse", True),
        },
    ),
    "sharpening": Documented(
        "a measure of a pair: sharpening, shares of problems always or never right, the gain at k = 1",
        (*PAIR, "measure", "k"),
        {
            **shared(*PAIR),
            "measure": text("A, S, tax, a share of problems, their flow, answered, right where answered, or gain"),
            **shared("k"),
            "estimate": Column(NUMBER, "see `measure`", "the estimate"),
            "low": Column(NUMBER, "see `measure`", "lower end of the interval for problems like these"),
            "high": Column(NUMBER, "see `measure`", "upper end of it"),
            "equal": share("for the flow: the same for two equal models", True),
        },
    ),
    "turns": Documented(
        "pass@(k,T) of a pair, at a k",
        (*PAIR, "k"),
        {
            **shared(*PAIR),
            "turns": count("T, the maximum number of turns of a solved episode; empty: no limit"),
            **shared("k"),
            "base_passk": share("pass@(k,T) of the base"),
            "tuned_passk": share("pass@(k,T) of the tuned model"),
            "difference": share("tuned minus base"),
            **shared("low", "high"),
            "level_from_turns": count(
                "smallest listed number of turns within which the base is level or ahead at this k"
            ),
        },
    ),
    "choices": Documented(
        "a choice under which a pair was judged",
        (*PAIR, "claim", "grader", "stratum", "filter", "prompts", "k"),
        {
            **shared(*PAIR),
            "claim": text("kind of the claim: better or coverage, or one that `analysis.claims` asks for"),
            **shared("grader", "stratum"),
            "filter": text("problems or solves that are left out; `all`: none"),
            "main": flag("the claim's own choice"),
            "prompts": text(
                "prompts of base and tuned model; `own`: those of the pair; for a claim about prompts: the base's"
            ),
            **shared("k", "problems"),
            "estimate": share("tuned minus base pass@k"),
            **shared("low", "high", "p"),
            "verdict": text("ahead, behind or undecided, by the interval alone"),
            "false_accepts": share(
                "main choice: rate of false accepts that would turn the decision if only the leading model had it"
            ),
            "same_counts": text("graders with equal counts, which are not choices of their own"),
            "p_best": p_of(
                "for the claim about the best prompt: p corrected for the number of prompts (largest |t|)", True
            ),
        },
    ),
    "boundary": Documented(
        "a claim about problems that one model solves and the other never did",
        (*PAIR, "kind"),
        {
            **shared(*PAIR),
            "kind": text("gained: by the tuned model alone; lost: by the base alone"),
            **shared("rate"),
            "samples": text("samples of each problem; a range if they differ"),
            **shared("problems"),
            "estimate": Column(
                NUMBER,
                "problems",
                "problems of which one model has that share of its samples correct and the other none",
            ),
            "low": Column(NUMBER, "problems", "confirmed problems (exact binomial tests, Holm over problems)"),
            "high": Column(NUMBER, "problems", "problems that are not excluded"),
            **shared("low_at_10", "low_at_50", "other_below", "other_below_each", "solved_alone", "solved_alone_once"),
            **shared("guesses_would_solve", "above_guessing", "may_be_luck", "p", "verdict", "holm", "supportable"),
            **shared("samples_to_support"),
        },
    ),
    "answers": Documented(
        "a pair: whether the tuned model's answers are the base's most common ones",
        PAIR,
        {
            **shared(*PAIR, "problems"),
            "base_right": problems("problems on which the base gives the correct answer more often than any wrong one"),
            "kept": problems("of these, problems on which the tuned model does so too"),
            "kept_low": share("lower end of the exact interval of that share"),
            "kept_high": share("upper end of it"),
            "base_wrong": problems("other problems that the base answers"),
            "turned_right": problems("of these, problems that the tuned model mostly solves"),
            "wrong": samples("wrong answers of the tuned model"),
            "wrong_commonest": share("share of these: the base's most common wrong answer to the problem"),
            "wrong_known": share("share of these: another answer that the base gave"),
            "wrong_new": share("share of these: an answer that the base never gave in its samples"),
        },
    ),
    "solved_by_base": Documented(
        "problems of a pair by how often the base solved them in a random half of its samples",
        (*PAIR, "base_correct"),
        {
            **shared(*PAIR),
            "base_correct": text("correct samples of the base in that half, a number or a range"),
            "half_of": samples("samples of that half"),
            **shared("problems"),
            "base_solves": share("share of these problems that the base solves in its other half"),
            "tuned_solves": share("share of these problems that the tuned model solves in as many samples"),
            "low": share("lower end of the interval of `tuned_solves`"),
            "high": share("upper end of it"),
        },
    ),
    "majority": Documented(
        "the majority vote of k samples, tuned minus base",
        (*PAIR, "k"),
        {
            **shared(*PAIR, "k"),
            "base_maj": share("maj@k of the base"),
            "tuned_maj": share("maj@k of the tuned model"),
            "estimate": share("tuned minus base"),
            **shared("low", "high", "p"),
        },
    ),
    "unions": Documented(
        "the members of a group together, compared with their base with as many samples",
        ("group", "benchmark", "decoding", "k"),
        {
            **shared("group", "benchmark", "decoding", "base"),
            "members": text("names of the members"),
            "k": at_k("samples of each problem on either side"),
            "of_each": at_k("of these, samples of each member"),
            "union": share("share of problems that the members solve together"),
            "base_alone": share("share of problems that the base solves with k samples"),
            "estimate": share("union minus base_alone"),
            **shared("low", "high", "p"),
        },
    ),
    "steps": Documented(
        "problems lost or found from one checkpoint of a group to the next",
        ("group", "benchmark", "decoding", "earlier_model", "later_model", "what"),
        {
            **shared("group", "benchmark", "decoding"),
            "earlier_model": text("the previous checkpoint, or the base"),
            "later_model": text("the checkpoint"),
            "what": text("found: problems that the earlier model never solved; lost: problems that it did solve"),
            "half_of": samples("samples of the earlier model that select the problems"),
            "problems": problems("number of selected problems"),
            "k": at_k("samples of each model that are compared"),
            "earlier": share("pass@k of the earlier model's other samples on these problems"),
            "later": share("pass@k of the later model on these problems"),
            "estimate": share("later minus earlier"),
            **shared("low", "high"),
        },
    ),
    "servers": Documented(
        "facts that a server reported about a model when blocks of samples were made",
        (),
        {
            **shared(*CURVE),
            "served_as": text("name of the model on the server"),
            "revision": text("revision in the configuration"),
            "url": text("address of the server"),
            "seeds": text("whether the server's samples depend on seeds, by a probe", True),
            "left_out": text("sampling parameters that the server does not accept", True),
            "cost": Column(NUMBER, "price", "price of the blocks", True),
            "blocks": count("number of blocks of samples"),
        },
        "facts that the server reported, as text, such as `root` and `version`",
    ),
    "published": Documented(
        "a published pass@k that this run covers",
        ("source", *CURVE, "k"),
        {
            "source": text("table or figure that it is from"),
            **shared(*CURVE, "k"),
            "published": share("the published pass@k"),
            "ours": share("pass@k of this run"),
            **shared("low", "high"),
            "inside": flag("the published number lies in this run's interval"),
            **shared("n"),
            "of": text("problems of this run: all, or a part of them"),
            "note": text("how the published setting differs"),
        },
    ),
    "published_problems": Documented(
        "a problem that was published as solved or not",
        ("source", *CURVE, "problem_id"),
        {
            "source": text("table or figure that it is from"),
            **shared(*CURVE, "problem_id"),
            "published": flag("published as solved"),
            **shared("n", "c"),
            "agrees": flag("solved at least once in this run and published as solved, or neither of both"),
        },
    ),
    "guesses": Documented(
        "a model on a problem, with the guesses at it",
        (*CURVE, "problem_id"),
        {
            **shared(*CURVE, "problem_id", "n", "c"),
            "guess_n": samples("number of guesses: samples of a model that was asked for the answer alone"),
            "guess_c": samples("correct guesses"),
            "guess_rate": share("share of correct guesses"),
            "guess_low": share("lower end of its exact interval"),
            "guess_high": share("upper end of it"),
            "guessable": flag("guesses are sometimes correct, at a rate below the configured threshold"),
            "above_p": p_of("Fisher's exact p that the model is correct no more often than the guesses"),
            "above_holm": p_of("the same after Holm's correction over the problems"),
            "above": flag("the model is correct more often, after that correction"),
        },
    ),
    "above_guessing": Documented(
        "a model: how many of the problems it solved are above guessing",
        CURVE,
        {
            **shared(*CURVE, "problems", "n"),
            "solved": problems("problems solved at least once"),
            "above_guessing": problems("problems solved more often than by guessing (Fisher, Holm over problems)"),
            "guessable": problems("guessable problems"),
            "solved_guessable": problems("guessable problems that it solved"),
            "guesses_would_solve": Column(
                NUMBER, "problems", "problems that as many guesses would solve on average; empty: too few guesses"
            ),
        },
    ),
    "contamination": Documented(
        "a question, and a model's continuation of its beginning",
        ("benchmark", "problem_id", "model"),
        {
            **shared("benchmark", "problem_id"),
            "model": text("the model; empty if none was asked"),
            "words": Column(WHOLE, "words", "words of the rest of the question"),
            "exact": flag("the continuation has exactly the words of the rest"),
            "leading": share("share of the rest before the first different word"),
            "rouge_l": share("overlap of the longest common subsequence of words (F1)"),
            "found": share("largest share of the question's word sequences in one training prompt"),
            "training_row": count("number of that prompt, from 0"),
            "duplicate": flag("a training prompt has the same words"),
            "contaminated": flag("some model is exact, the share reaches the threshold, or there is a duplicate"),
        },
    ),
    "likelihood": Documented(
        "a measure of responses of a pair, by the model that scored them and the model that wrote them",
        (*PAIR, "measure", "scored_by", "written_by", "written_under", "responses"),
        {
            **shared(*PAIR),
            "measure": text("perplexity, bits, support overlap, AUC or entropy"),
            "scored_by": text("model that scored the responses"),
            "written_by": text("model that wrote the responses"),
            "written_under": text("decoding of the responses"),
            "responses": text("responses that are included: all, correct or wrong"),
            "estimate": Column(NUMBER, "see `measure`", "the estimate"),
            "low": Column(NUMBER, "see `measure`", "lower end of the interval for problems like these"),
            "high": Column(NUMBER, "see `measure`", "upper end of it"),
            "expected": Column(NUMBER, "see `measure`", "the same for the base's own responses"),
            **shared("problems", "n"),
        },
    ),
    "entropy": Documented(
        "the entropy of a model's generation in a part of the response",
        (*CURVE, "kind", "part"),
        {
            **shared(*CURVE),
            "kind": text("as sampled, or whole vocabulary"),
            "part": count("0: the whole response; 1 to 10: its tenths"),
            "estimate": Column(NUMBER, "nats per token", "the estimate"),
            "low": Column(NUMBER, "nats per token", "lower end of the interval for problems like these"),
            "high": Column(NUMBER, "nats per token", "upper end of it"),
            **shared("problems"),
            "n": responses("responses that were scored"),
        },
    ),
    "matched": Documented(
        "a side of a pair whose entropies were made equal by a temperature",
        (*CURVE, "whose"),
        {
            **shared(*CURVE),
            "temperature": Column(NUMBER, "number", "temperature of sampling"),
            "entropy_sampled": Column(NUMBER, "nats per token", "entropy as sampled, mean over a pilot's problems"),
            "entropy": Column(NUMBER, "nats per token", "entropy of the whole vocabulary"),
            "whose": text("base, once, or tuned"),
        },
    ),
    "rates": Documented(
        "the exact success rate of a model on a problem",
        (*CURVE, "problem_id"),
        {
            **shared("model", "benchmark", "decoding", "problem_id"),
            "low": share("probability mass of the correct responses found; the rate is at least this"),
            "high": share("`low` plus the mass that was not followed; the rate is at most this"),
            "missed": share("the mass that was not followed"),
            "followed": count("prefixes that were followed"),
            "responses": responses("distinct responses found"),
        },
    ),
    "truth": Documented(
        "a claim whose truth can be computed",
        (*PAIR, "kind", "k"),
        {
            **shared(*PAIR),
            "kind": text("as in the table claims"),
            "claim": text("the claim in words"),
            "direction": text("for coverage: narrowed or widened, by the sign of the estimate"),
            **UNIT,
            **shared("n"),
            "k": at_k("as in the table claims"),
            **shared("verdict", "holm"),
            **ENDS,
            **shared("beyond_n"),
            "own_low": share("lower end of the interval for exactly these problems"),
            "own_high": share("upper end of it"),
            "true_low": varying("lower bound of the true value, from exact rates; empty: beyond n"),
            "true_high": varying("upper bound of it; empty: beyond n"),
            "true_verdict": text("the decision that the true value leads to; `level`: equal models"),
            "verdict_is": text("whether `verdict` agrees with it"),
            "truth_is": text("whether the true value lies in the interval for problems like these"),
            "own_truth_is": text("whether it lies in the interval for exactly these problems"),
        },
    ),
    "findings": Documented(
        "a statement of arXiv 2504.13837 or its critics, on a benchmark",
        ("key", "benchmark", "decoding"),
        {
            "finding": text("the statement"),
            **shared("benchmark", "decoding"),
            "verdict": text(
                "conclusion after Holm's correction over all parts: supported, refuted or undecided, with the scale"
            ),
            "parts": text("numbers of its parts that are supported, refuted, undecided"),
            "alone": text("the same without correction"),
            "least": share("smallest estimate of its parts"),
            "most": share("largest estimate of its parts"),
            "rule": text("the test"),
            "see": text("figures and tables with the results"),
            "key": text("short name of the statement"),
        },
    ),
    "findings_parts": Documented(
        "a part of a finding: a training, on a benchmark",
        ("key", "about", "base", "benchmark", "decoding", "k"),
        {
            "finding": text("the statement"),
            "about": text("the training, or the comparison along an axis"),
            **shared("base", "benchmark", "decoding", "k", "estimate", "low", "high", "p"),
            "holm_p": p_of("p after Holm's correction over all parts of all findings"),
            **shared("verdict"),
            "holm": text("decision after that correction"),
            "by_run": text("the estimate of every training run, if there are several"),
            **shared("problems"),
            "key": text("short name of the statement"),
            "runs": text("the estimate of every run, a list as JSON"),
        },
    ),
    "validity": Documented(
        "a model: validity of the reasoning of correct responses to rarely solved problems",
        CURVE,
        {
            **shared(*CURVE, "n"),
            "below": share(
                "problems are reviewed that are solved in at least one sample, but in less than this share of them"
            ),
            **shared("problems"),
            "problems_in_range": problems("problems to be reviewed"),
            "problems_reviewed": problems("of these, problems that were reviewed"),
            "problems_valid": problems("of these, problems with a response that most reviewers label valid"),
            "valid_low": share("lower end of the exact interval of that share"),
            "valid_high": share("upper end of it"),
            "problems_taken_as_valid": problems(
                "problems solved more often: not reviewed, every correct response counts as valid"
            ),
            "responses": responses("correct responses to the problems in range"),
            "responses_reviewed": responses("of these, reviewed"),
            "responses_valid": responses("of these, labelled valid by most reviewers"),
            "responses_undecided": responses("of these, without a majority or mostly unsure; counted as not valid"),
            **{
                f"{name}{at}": share(f"{meaning} at {k}")
                for at, k in (("_1", "k = 1"), ("_half", "k = n/2"))
                for name, meaning in (
                    ("passk", "pass@k"),
                    ("cot_passk", "CoT-pass@k (a correct answer with valid reasoning among k samples)"),
                    ("low", "lower end of its interval"),
                    ("high", "upper end of its interval"),
                    ("least", "CoT-pass@k if only responses count that all people label valid,"),
                    ("most", "CoT-pass@k if all responses count that any reviewer labels valid or none reviewed,"),
                )
            },
            "k_half": at_k("n/2"),
            "reviewers": count("number of people or programs that reviewed"),
            "kappa": Column(
                NUMBER, "number", "agreement of reviewers beyond chance (Cohen), -1 to 1; empty: one reviewer"
            ),
            "kappa_low": Column(NUMBER, "number", "lower end of its interval"),
            "kappa_high": Column(NUMBER, "number", "upper end of it"),
            "kappa_n": responses("responses that it is computed from"),
        },
        "of a model that judged too: `sensitivity`, `specificity` and `corrected_1` with their intervals",
    ),
}
