"""Latent classes: respondents who answer alike, each class with its own chances of every answer.

Within a class answers are taken as independent (Lazarsfeld and Henry, 1968), and the model is
fitted by expectation and maximisation over the different patterns of answers. An unanswered
question adds nothing to the likelihood (full information, nothing is filled in). The best of
several starts counts, with the number of starts that came to an end and reached it: one that
nobody reaches again is no result, and a start that was given up on its way agrees with nobody.
The number of classes comes from BIC = −2 LL + parameters · ln n and ICL, which also asks that
classes be told apart; one class is an allowed answer.

The fit is our own: starts that agree, answers and measures mixed and order of rows that does not
matter are not to be had elsewhere; it gives the likelihoods of stepmix (see the tests). Refuses
fewer than 100 respondents. Taught in notebooks approaches/lifestyle and approaches/needs.
"""

from typing import NamedTuple

import ibis
import numpy as np
import pandas as pd

from segkit.evidence import information
from segkit.refusal import passes
from segkit.segments import messages
from segkit.segments.definition import Definition, by_spend
from segkit.segments.models import questions as asked_of
from segkit.segments.models import steps
from segkit.study import StudyError

FEWEST = 100
"""With fewer respondents classes are mostly chance."""
EACH = 70
"""So many respondents for each question are advised (Dolnicar, Grün and Leisch, 2016)."""
MOST = 8
"""Largest number of classes that is tried where none is asked for."""
STARTS = 10
"""Starts for each number of classes."""
ROUNDS, LEFT = 6_000, 1e-4
"""A start ends when less than this log-likelihood is left to gain; after so many rounds it is
given up, and agrees with no other."""
SAME = 0.1
"""Log-likelihoods closer than this are the same solution."""
RARE = 1e-6
"""Smallest chance of an answer, so that no single answer shuts a class out."""
UNANSWERED = "Not asked or did not answer"
"""The group of customers without any answer; nothing is said of them."""


class Answers:
    """Answers in a form a model can be fitted on: one 0 or 1 per question and level.

    `codes` is an integer matrix (rows, questions), −1 = not answered; `levels_n` the number of
    answers to each question. `learn(weights)` gives the chances per class, `density(chances)` the
    log of how likely each row's answers are in each class.
    """

    def __init__(self, codes, levels_n):
        starts = np.concatenate([[0], np.cumsum(levels_n)[:-1]]).astype(int)
        self.owner, self.starts = np.repeat(np.arange(len(levels_n)), levels_n), starts
        self.hot = np.zeros((len(codes), int(np.sum(levels_n))))
        rows, places = np.nonzero(codes >= 0)
        self.hot[rows, starts[places] + codes[rows, places]] = 1.0
        self.free_n = int(np.sum(np.asarray(levels_n) - 1))

    def learn(self, weights):
        """Return the chances of every answer: (answers, classes), 1 in sum per question."""
        counts = self.hot.T @ weights + 1e-9
        return counts / np.add.reduceat(counts, self.starts, axis=0)[self.owner]

    def density(self, chances):
        """Return the log-likelihood of each row in each class: (rows, classes)."""
        return self.hot @ np.log(chances)

    def likeness(self, rows):
        """Count the answers that every row shares with some `rows`: (rows, classes)."""
        return self.hot @ self.hot[rows].T


def solve(parts, *, counts, k, rng, starts=STARTS):
    """Fit k classes to blocks of columns (such as `Answers`) with the same rows.

    `counts` says how many respondents each row stands for. Returns a dict: shares (k,), learned
    (one array per part), chances (rows, classes) of belonging, log_likelihood, starts_n,
    starts_ended (how many came to an end before the last round) and starts_agree (how many of
    these reached the best likelihood within 0.1).
    """
    found = [_climb(parts, counts, _begin(parts, k, rng)) for _ in range(starts if k > 1 else 1)]
    best = max(found, key=lambda each: each["log_likelihood"])
    ended = [each["log_likelihood"] for each in found if each.pop("ended")]
    agree = sum(reached >= best["log_likelihood"] - SAME for reached in ended)
    return {**best, "starts_n": len(found), "starts_ended": len(ended), "starts_agree": agree}


def _begin(parts, k, rng):
    """Take k rows at random and give every row to the one it is most like."""
    n = len(parts[0].hot)
    rows = rng.choice(n, k, replace=n < k)
    likeness = sum(part.likeness(rows) for part in parts) + rng.uniform(0, 0.5, (n, k))
    return 0.8 * np.eye(k)[likeness.argmax(axis=1)] + 0.2 / k


def _climb(parts, counts, chances):
    """Improve until nothing improves any more: expectation and maximisation in turn.

    Two rounds show the direction in which a third leaps (SQUAREM; Varadhan and Roland, 2008); a
    leap that leads down is not taken. A start has ended when no more than `LEFT` can be gained
    at the pace of its last two rounds, however slow they are.
    """
    here, before = _round(parts, counts, chances), -np.inf
    for _ in range(0, ROUNDS, 3):
        one = _round(parts, counts, here["chances"])
        two = _round(parts, counts, one["chances"])
        reached = [each["log_likelihood"] for each in (here, one, two)]
        if _left(*np.diff(reached)) < LEFT and reached[-1] - before < LEFT:
            return {**two, "ended": True}
        before = reached[-1]
        leapt = _round(parts, counts, _leap(here["joint"], one["joint"], two["joint"], counts))
        here = leapt if leapt["log_likelihood"] > before else two
    return {**here, "ended": False}


def _round(parts, counts, chances):
    """Learn the classes from the chances of belonging, and the chances from the classes."""
    weights = chances * counts[:, None]
    shares = np.maximum(weights.sum(axis=0) / counts.sum(), 1e-12)
    learned = [part.learn(weights) for part in parts]
    joint = sum(p.density(x) for p, x in zip(parts, learned, strict=True)) + np.log(shares)
    chances, total = _normed(joint)
    reached = float(counts @ total)
    return {"shares": shares, "learned": learned, "chances": chances, "log_likelihood": reached,
            "joint": joint - total[:, None]}  # fmt: skip


def _normed(logs):
    """Make chances of their logarithms, 1 in sum per row: (chances, the logarithm of the sum)."""
    top = logs.max(axis=1, keepdims=True)
    chances = np.exp(logs - top)
    total = chances.sum(axis=1, keepdims=True)
    return chances / total, (np.log(total) + top)[:, 0]


def _leap(here, one, two, counts):
    """Go on in the direction of two rounds, the further the less they turned."""
    step, turn = one - here, two - 2 * one + here
    size, bend = (np.sqrt(counts @ (each**2).sum(axis=1)) for each in (step, turn))
    far = max(1.0, size / max(bend, 1e-300))
    return _normed(here + 2 * far * step + far**2 * turn)[0]


def _left(first, second):
    """Estimate what rounds to come will still gain, if each gains less by the same factor."""
    if second <= 1e-8:  # as little as adding up in another order changes
        return 0.0
    return second**2 / (first - second) if first > second else np.inf


def indices(solution, *, counts, free_n):
    """Return the numbers by which solutions are compared, as a dict; less is better.

    `free_n` is the number of free chances per class. k, parameters_n = (k − 1) + k · free_n,
    log_likelihood, aic, bic, sabic, icl and entropy_r2 (see `evidence.information`),
    smallest_share, starts_n, starts_ended, starts_agree. Source: Nylund, Asparouhov and Muthén
    (2007).
    """
    k = len(solution["shares"])
    size = (k - 1) + k * free_n
    reached = solution["log_likelihood"]
    told = {"parameters_n": size, "chances": solution["chances"], "counts": counts}
    return {
        "k": k,
        "parameters_n": size,
        "log_likelihood": reached,
        **information(reached, **told),
        "smallest_share": float(solution["shares"].min()),
        "starts_n": solution["starts_n"],
        "starts_ended": solution["starts_ended"],
        "starts_agree": solution["starts_agree"],
    }


@passes
def evidence(codes, *, ks, seed, starts=STARTS):
    """Try several numbers of classes on a matrix of answers.

    Rows without any answer count for nothing; the order of the rows does not matter.

    Parameters
    ----------
    codes : array of int
        Respondents by questions: the place of the answer among all answers to that question, −1
        for none (see `questions.codes`).
    ks : list of int
        Numbers of classes to try.
    seed : int
        The same seed finds the same classes.
    starts : int
        How often each number is begun anew.

    Returns
    -------
    DataFrame
        One row per number k: log_likelihood (more is better), bic and icl (less is better),
        starts_ended (how many starts came to an end), starts_agree (how many of these found the
        best), and the other columns of `indices`.

    Examples
    --------
    >>> import numpy as np
    >>> from segkit.segments.models import latent
    >>> alike = np.repeat([[1, 1, 1, 1], [0, 0, 0, 0]], 60, axis=0)
    >>> latent.evidence(alike, ks=[1, 2], seed=1)["bic"].round().tolist()
    [685.0, 209.0]
    """
    parts, counts = _patterns(codes)
    tried = [(k, np.random.default_rng([seed, k])) for k in ks]
    found = [solve(parts, counts=counts, k=k, rng=rng, starts=starts) for k, rng in tried]
    return pd.DataFrame([indices(s, counts=counts, free_n=parts[0].free_n) for s in found])


def _patterns(codes, levels_n=None):
    """Keep every different pattern of answers once, with its number of respondents."""
    codes = np.asarray(codes, dtype=int)
    rows, counts = np.unique(codes[(codes >= 0).any(axis=1)], axis=0, return_counts=True)
    return [Answers(rows, rows.max(axis=0) + 1 if levels_n is None else levels_n)], counts


AGAIN, CLOSE = 0.6, 6.0
"""Mean adjusted Rand index between samples from which classes are a pattern to work with; and a
difference of BIC that is no strong evidence (Raftery, 1995)."""


class Choice(NamedTuple):
    """How many classes, and why."""

    k: int
    reason: str

    @property
    def told(self):
        """Say the choice in Markdown, as a sentence of its own."""
        return f"**{self.reason}.**"


@passes
def choose(evidence, *, stability=None, asked=0):
    """Choose the number of classes.

    Among the numbers whose BIC is within 6 of the smallest and whose best likelihood at least two
    starts reached, the one that samples agree on best, or, where that was not measured, the one
    of the smallest BIC. One class is an answer, too.

    Parameters
    ----------
    evidence : DataFrame
        What `evidence` returned.
    stability : DataFrame, optional
        How well samples agree on each number: k and adjusted_rand (1 = the same classes, 0 =
        chance). Below .6 the classes are called a sketch.
    asked : int
        A number set by the user, 0 for none.

    Returns
    -------
    Choice
        `k` and the `reason` in words.

    Examples
    --------
    >>> import numpy as np
    >>> from segkit.segments.models import latent
    >>> alike = np.repeat([[1, 1, 1, 1], [0, 0, 0, 0]], 60, axis=0)
    >>> latent.choose(latent.evidence(alike, ks=[1, 2], seed=1)).k
    2
    """
    table = evidence.set_index("k")
    best, clearest = int(table["bic"].idxmin()), int(table["icl"].idxmin())
    agreed = (table["starts_agree"] >= 2) | (table["starts_n"] == 1)
    alone = "" if agreed[best] else f", though no two starts came to the same {best}"
    near = table.index[(table["bic"] <= table["bic"].min() + CLOSE) & agreed]
    again = None if stability is None else stability.groupby("k")["adjusted_rand"].mean()
    k = best
    if again is not None and best > 1 and len(known := again.index.intersection(near)):
        k = int(again[known].idxmax())
    if asked:
        return Choice(int(asked), messages.told("classes asked for", asked=asked, k=k))
    if k == 1:
        return Choice(1, "no classes: one group explains all answers best (BIC)")
    return Choice(
        k, f"{k} classes: BIC prefers {best} and ICL {clearest}{alone}" + _again(k, again)
    )


def _again(k, again):
    if again is None or k not in again.index:
        return ""
    word = "" if again[k] >= AGAIN else " only, so they are a sketch"
    return f", samples agree to {again[k]:.2f}{word}"


def centres(X, *, k, rng, starts=10):
    """Fit k classes to a matrix of answer codes; with `nearest`, a clustering as any other.

    Returns (shares, chances, levels_n), to be handed to `nearest`. `validation.structure` can so
    ask whether samples of the respondents lead to the same classes.
    """
    codes = np.asarray(X, dtype=int)
    levels_n = np.maximum(codes.max(axis=0) + 1, 1)
    parts, counts = _patterns(codes, levels_n)
    found = solve(parts, counts=counts, k=k, rng=rng, starts=starts)
    return found["shares"], found["learned"][0], levels_n


def nearest(X, centres):
    """Return for every row of answer codes the number of its most likely class."""
    shares, chances, levels_n = centres
    codes = np.where(np.asarray(X, dtype=int) < levels_n, np.asarray(X, dtype=int), -1)
    scores = Answers(codes, levels_n).density(np.maximum(chances, RARE)) + np.log(shares)
    return scores.argmax(axis=1)


def fit(card, *, approach, columns, k=0, seed=2017):
    """Find classes of respondents on the given question columns of a card.

    `k` = 0 lets BIC choose among 1 to 8. Returns a Definition of `approach`, classes by total
    spend (largest first), then those without an answer; rules {"questions": what was asked,
    "shares": [share of each class], "answers": [[[chance of each level] per question] per class],
    "overall": [[share of each level] per question], "fit": the numbers of `indices` and
    respondents_n}. Raises StudyError for fewer than 100 respondents or three questions.
    """
    questions = asked_of.read(card, columns)
    codes = asked_of.codes(card, questions)
    levels_n, told = [len(q["levels"]) for q in questions], (codes >= 0).any(axis=1)
    refuse(int(told.sum()), k)
    k = k or choose(_rising(codes, seed)).k
    parts, counts = _patterns(codes, levels_n)
    found = solve(parts, counts=counts, k=k, rng=np.random.default_rng([seed, k]))
    labels = nearest(codes[told], (found["shares"], found["learned"][0], np.array(levels_n)))
    worth = card["spend_total"][told] if "spend_total" in card else None
    order = [*(seen := by_spend(labels, worth)), *(set(range(k)) - set(seen))]
    chances = split(found["learned"][0][:, order], parts[0])
    overall = split(parts[0].learn(counts[:, None].astype(float)), parts[0])[0]
    ways = asked_of.ways(questions, codes[told], labels, k=k)
    ways = [ways[place] for place in order]
    called = asked_of.names(questions, chances, overall=overall, found=ways)
    names = called if k > 1 else ["All who answered"]
    judged = indices(found, counts=counts, free_n=parts[0].free_n)
    rules = {
        "questions": questions,
        "shares": np.round(found["shares"][order], 6).tolist(),
        "answers": chances,
        "overall": overall,
        "fit": {"respondents_n": int(told.sum()), **plain(judged)},
    }
    rules["styled"] = asked_of.styled(names)
    return Definition(approach, [*names, UNANSWERED], [q["column"] for q in questions], rules)


def refusal(card, *, columns):
    """Say why these answers cannot be grouped; empty when they can."""
    told = card[list(columns)].notna().any(axis=1) if len(columns) else []
    if not (respondents_n := int(sum(told))):
        return "no answers to a survey are known of these customers. It would need a table `survey`"
    try:
        refuse(respondents_n, 0)
        asked_of.read(card, columns)
    except StudyError as error:
        return str(error)
    return ""


def _rising(codes, seed):
    """Try one class more as long as BIC still falls, or fell one step before."""
    found = []
    for k in range(1, MOST + 1):
        found.append(evidence(codes, ks=[k], seed=seed))
        bic = [float(each["bic"].iloc[0]) for each in found]
        if len(bic) > 2 and min(bic[-2:]) > min(bic):
            break
    return pd.concat(found, ignore_index=True)


def refuse(respondents_n, k):
    """Raise StudyError for fewer than 100 respondents, or more classes than one for each ten."""
    if respondents_n < FEWEST:
        raise messages.error("few respondents", n=respondents_n, fewest=FEWEST, each=EACH)
    if k and not 1 <= k <= respondents_n // 10:
        raise messages.error("number of classes", k=k, most=respondents_n // 10, n=respondents_n)


def split(chances, part):
    """Turn chances (answers, classes) into plain lists: [[[chance] per question] per class]."""
    return [[np.round(column[part.owner == q], 6).tolist() for q in range(part.owner.max() + 1)]
            for column in chances.T]  # fmt: skip


def plain(numbers):
    """Return the numbers of `indices` as JSON can hold them: rounded, undefined ones None."""
    whole = ("k", "parameters_n", "starts_n", "starts_agree")
    found = {n: int(v) if n in whole else round(float(v), 6) for n, v in numbers.items()}
    return {n: None if v != v else v for n, v in found.items()}


def widen(table, definition):
    """Add the score of every class to an Ibis table, each computed once."""
    return steps.keep(table, _scores(table, definition))


def expression(table, definition):
    """Return the Ibis column that names each row's most likely class.

    The sum of the logarithms of the chances of the given answers, and of the share of the class;
    an unanswered question adds nothing; who answered none is in the group of the unanswered.
    """
    rules = definition.rules
    scores = steps.kept(table, _scores(table, definition))
    best = ibis.greatest(*scores) if len(scores) > 1 else scores[0]
    pairs = zip(scores, definition.order, strict=False)
    blank = [table[question["column"]].isnull() for question in rules["questions"]]
    silent = blank[0]
    for each in blank[1:]:
        silent = silent & each
    cases = [(silent, definition.order[-1]), *((score == best, name) for score, name in pairs)]
    return ibis.cases(*cases, else_=definition.order[0])


def _scores(table, definition):
    rules = definition.rules
    return [score(table, rules, place) for place in range(len(rules["shares"]))]


def score(table, rules, place):
    """Return the Ibis column with the score of one class: log share plus log chances of answers."""
    total = float(np.log(rules["shares"][place] + 1e-12))
    for question, chances in zip(rules["questions"], rules["answers"][place], strict=True):
        logs = [round(float(np.log(max(chance, RARE))), 6) for chance in chances]
        total = total + _given(table[question["column"]], question, logs)
    return total


def _given(column, question, logs):
    """Say in Ibis what the answer to one question adds to a class's score."""
    if question["kind"] == "bands":
        value = column.cast("float64")
        cases = [(value <= cut, log) for cut, log in zip(question["cuts"], logs, strict=False)]
        return ibis.cases(*cases, (value.notnull(), logs[-1]), else_=0.0)
    value = column.cast("string" if question["kind"] == "words" else "float64")
    cases = [(value == level, log) for level, log in zip(question["levels"], logs, strict=True)]
    return ibis.cases(*cases, else_=0.0)


def certainty(card, definition):
    """Return how surely each customer belongs to the most likely class, 0 to 1.

    A Series; empty for customers without an answer. Near 1 / number of classes = a guess.
    """
    rules = definition.rules
    codes = asked_of.codes(card, rules["questions"])
    levels_n = [len(question["levels"]) for question in rules["questions"]]
    chances = np.array([np.concatenate(given) for given in rules["answers"]]).T
    scores = Answers(codes, levels_n).density(np.maximum(chances, RARE)) + np.log(rules["shares"])
    likely = np.exp(scores - scores.max(axis=1, keepdims=True))
    sure = (likely / likely.sum(axis=1, keepdims=True)).max(axis=1)
    return pd.Series(sure, index=card.index).where((codes >= 0).any(axis=1))


def profile(definition):
    """Lay out what each class answers: a DataFrame for reading and drawing.

    question, answer ("yes", the high marks, the high band, or a word), all (share of all who
    answered, 0 to 1), and one column per class in their order.
    """
    rules = definition.rules
    rows = asked_of.shares(rules["questions"], [rules["overall"], *rules["answers"]])
    names = ["all", *definition.order[:-1]]
    return pd.DataFrame([
        {"question": row["question"], "answer": row["answer"]}
        | dict(zip(names, row["by_class"], strict=True))
        for row in rows
    ])  # fmt: skip
