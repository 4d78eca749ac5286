"""How well an evening's tables are used: `python -m bench.tables --nights 200 --load 1.3 --policy protect`.

Requests of a drawn evening (`bench.evenings`) come one after another; each is accepted or refused for good. The score
is the covers that were accepted as a share of the most that all requests together would have allowed (`bench.optimum`).
Policies: `best_fit` gives the smallest table that is free and never changes it, which is what most houses do; `fixed`
does so by the score of `domain.seating`; `late` accepts whoever some seating of the evening has room for; `protect` is
`late` with the owner's dial and a forecast, which `--forecast-error` makes wrong by as much, up or down by the toss of
a coin: all requests of a night, and each size once more. Every policy is compared with best fit on the same nights. The
night is then played (`bench.served`). Times are CPU time, so that neighbours on the machine do not count. One JSON line
is printed.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from time import thread_time_ns
from typing import TYPE_CHECKING, Any

from bench.evenings import HOUSES, SEED, SIZES, expected_requests, house, night, start_weights
from bench.optimum import Optimum, optimum_of
from bench.served import Served, serve
from domain.seating import optimizer
from domain.seating.evening import Evening, Party, needs_of
from domain.seating.layout import layout_of
from domain.seating.protect import Demand, Prices, prices_of
from domain.seating.reseat import Effort, Seating, direct, reseated
from domain.seating.timeline import Timelines

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bench.evenings import Night
    from domain.businesses import Directory
    from domain.seating.layout import Layout

POLICIES = ("best_fit", "fixed", "late", "protect")
CHECK = Effort(chains=5_000, classes=1_000_000, optimizer=True)
"""How long is searched for a seating of a party that was refused, to tell whether it could have been seated."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is measured."""

    kind: str
    load: float
    policy: str
    dial: float
    forecast_error: float
    engine: str
    check: bool


@dataclass(slots=True)
class Played:
    """One night under one policy."""

    covers: int = 0
    accepted: int = 0
    refused: int = 0
    seatable: int = 0
    """Of those refused: whom some seating had room for."""
    reseats: int = 0
    moved: int = 0
    direct_ms: list[float] = field(default_factory=list)
    reseat_ms: list[float] = field(default_factory=list)
    price_ms: list[float] = field(default_factory=list)
    evening: Evening = field(default_factory=Evening)


@cache
def _house(kind: str) -> tuple[Directory, Layout]:
    directory = house(kind)
    return directory, layout_of(directory, "place")


def play(question: Question, drawn: Night) -> Played:
    """Decide the requests of a night one after another."""
    directory, layout = _house(question.kind)
    policies = directory.business.policies
    effort = Effort(optimizer=question.engine == "optimizer")
    expects = _forecast(question, directory, drawn) if question.policy == "protect" else None
    prices: Prices | None = None
    played = Played()
    for request in drawn.requests:
        party = Party(str(request.number), request.size, request.starts, request.ends)
        evening = played.evening
        begun = thread_time_ns()
        refuses = False
        if expects is not None:
            still = 1 - (request.number + 1) / len(drawn.requests)
            demands = [Demand(*key, many * still) for key, many in expects.items()]
            prices = prices_of(layout, evening, policies, demands, prices)
            refuses = prices.refuses(party, question.dial)
            played.price_ms.append((thread_time_ns() - begun) / 1e6)
            begun = thread_time_ns()
        found = None
        if not refuses:
            found = (
                _smallest(layout, evening, party)
                if question.policy == "best_fit"
                else direct(layout, evening, party, policies)
            )
            times = played.direct_ms
            if found is None and question.policy in {"late", "protect"}:
                found = reseated(layout, evening, party, effort)
                times = played.reseat_ms
            times.append((thread_time_ns() - begun) / 1e6)
        if found is None:
            played.refused += 1
            if question.check:
                could = direct(layout, evening, party, policies) or reseated(layout, evening, party, CHECK)
                played.seatable += could is not None
            continue
        played.evening = found.applied(evening, party)
        played.covers += request.size
        played.accepted += 1
        played.reseats += bool(found.moves)
        played.moved += len(found.moves)
    return played


def _smallest(layout: Layout, evening: Evening, party: Party) -> Seating | None:
    """Return the smallest unit that is free, the first of several: what is called best fit."""
    timelines = Timelines(layout, evening, party)
    bits = timelines.bits(party.starts, party.ends)
    units = layout.units_for(needs_of(layout, party))
    return next((Seating(one) for one in units if timelines.is_free(one, bits)), None)


def _forecast(question: Question, directory: Directory, drawn: Night) -> dict[tuple[int, int], float]:
    """Return how many requests of each (size, start) a night is expected to have, as wrong as it is asked to be."""
    toss = random.Random(f"{drawn.seed} forecast")
    many = expected_requests(directory, question.load) * (1 + toss.choice((-1, 1)) * question.forecast_error)
    weights = start_weights()
    found = {}
    for size, share in SIZES.items():
        wrong = 1 + toss.choice((-1, 1)) * question.forecast_error
        found.update({(size, start): many * share * wrong * weight for start, weight in weights.items()})
    return found


@dataclass(frozen=True, slots=True)
class Result:
    """One night: the policy, best fit, and what there was to be had."""

    played: Played
    best_fit: Played
    optimum: Optimum
    served: Served
    best_served: Served


def one_night(question: Question, seed: int) -> Result:
    """Draw a night and play it under the policy and by best fit."""
    directory, layout = _house(question.kind)
    drawn = night(directory, question.load, seed)
    plain = Question(question.kind, question.load, "best_fit", 0, 0, question.engine, False)
    best = play(plain, drawn)
    played = play(question, drawn)
    return Result(
        played,
        best,
        optimum_of(layout, directory.business.policies, drawn),
        serve(layout, drawn, played.evening),
        serve(layout, drawn, best.evening),
    )


def measure(question: Question, seeds: Sequence[int], workers: int) -> list[Result]:
    """Play these nights, on so many processes."""
    if workers <= 1:
        return [one_night(question, seed) for seed in seeds]
    with ProcessPoolExecutor(workers) as pool:
        return list(pool.map(one_night, [question] * len(seeds), seeds, chunksize=4))


def line(question: Question, results: Sequence[Result]) -> dict[str, Any]:
    """Return what is printed."""
    shares = [one.played.covers / one.optimum.covers for one in results]
    best = [one.best_fit.covers / one.optimum.covers for one in results]
    points = [100 * (one - other) for one, other in zip(shares, best, strict=True)]

    def total(count: Callable[[Result], float]) -> float:
        return sum(map(count, results))

    return {
        "bench": "tables",
        "policy": question.policy,
        "house": question.kind,
        "load": question.load,
        "nights": len(results),
        "engine": question.engine,
        **({"dial": question.dial, "forecast_error": question.forecast_error} if question.policy == "protect" else {}),
        "share": round(statistics.mean(shares), 4),
        "share_95": _interval(shares, 4),
        "worst": round(min(shares), 4),
        "best_fit": round(statistics.mean(best), 4),
        "best_fit_95": _interval(best, 4),
        "points_above": round(statistics.mean(points), 2),
        "points_above_95": _interval(points, 2),
        "optimum": {
            "method": results[0].optimum.method,
            "proven": sum(one.optimum.is_proven for one in results),
            "laid_out": sum(one.optimum.is_laid_out for one in results),
        },
        "requests_a_night": round(total(lambda one: one.played.accepted + one.played.refused) / len(results), 1),
        "refused_a_night": round(total(lambda one: one.played.refused) / len(results), 1),
        "refused_though_seatable": int(total(lambda one: one.played.seatable)) if question.check else None,
        "checked_by": "CP-SAT" if optimizer.is_installed() else "own search",
        "reseats_a_night": round(total(lambda one: one.played.reseats) / len(results), 2),
        "moved_a_night": round(total(lambda one: one.played.moved) / len(results), 2),
        "direct_cpu_ms_p99": _p99(results, lambda one: one.played.direct_ms),
        "reseat_cpu_ms_p99": _p99(results, lambda one: one.played.reseat_ms),
        "price_cpu_ms_p99": _p99(results, lambda one: one.played.price_ms),
        "seated_late": round(total(lambda one: one.served.late) / total(lambda one: one.served.came), 4),
        "best_fit_seated_late": round(
            total(lambda one: one.best_served.late) / total(lambda one: one.best_served.came), 4
        ),
        "walk_ins_seated_a_night": round(total(lambda one: one.served.walked_in) / len(results), 2),
    }


def _interval(values: Sequence[float], digits: int) -> list[float]:
    """Return the 95 % interval of the mean."""
    mean = statistics.mean(values)
    half = 1.96 * statistics.stdev(values) / len(values) ** 0.5 if len(values) > 1 else 0.0
    return [round(mean - half, digits), round(mean + half, digits)]


def _p99(results: Sequence[Result], times: Callable[[Result], list[float]]) -> float | None:
    every = sorted(one for result in results for one in times(result))
    return round(every[min(len(every) - 1, int(len(every) * 0.99))], 2) if every else None


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--nights", type=int, default=200)
    parser.add_argument("--load", type=float, default=1.3)
    parser.add_argument("--policy", choices=POLICIES, default="late")
    parser.add_argument("--house", choices=HOUSES, default="house")
    parser.add_argument("--dial", type=float, default=1.0, help="of protect, 0 to 1")
    parser.add_argument("--forecast-error", type=float, default=0.0)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--engine", choices=("python", "optimizer"), default="python")
    parser.add_argument("--no-check", action="store_true", help="do not ask of the refused whether they were seatable")
    asked = parser.parse_args(arguments)
    if asked.nights < 1:
        parser.error("--nights is at least 1")
    if not 0 < asked.load <= 5:
        parser.error("--load is above 0 and at most 5")
    if not 0 <= asked.dial <= 1:
        parser.error("--dial is from 0 to 1")
    if not 0 <= asked.forecast_error < 1:
        parser.error("--forecast-error is from 0 to below 1")
    if asked.engine == "optimizer" and not optimizer.is_installed():
        parser.error("--engine optimizer needs OR-Tools: pip install 'frontdesk[optimizer]'")
    question = Question(
        asked.house, asked.load, asked.policy, asked.dial, asked.forecast_error, asked.engine, not asked.no_check
    )
    seeds = range(asked.seed, asked.seed + asked.nights)
    print(json.dumps(line(question, measure(question, seeds, asked.workers))))


if __name__ == "__main__":
    main()
