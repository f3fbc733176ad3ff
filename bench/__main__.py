"""`make bench`: Meridian and the floor in turn, on the same server, in the same run.

Writes var/bench/latest.json and prints a line per figure with what must and what should come out of it.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from . import floor
from . import volume as past
from .clients import Clients
from .desk import CLERKS, MEASURED_S, THINK_S, crowd
from .floor import FloorClient
from .ours import LINES, READS, STEPS, OurClient
from .over_http import HttpClient, issue_bench_token, server

ROOT = Path(__file__).resolve().parent.parent
WARM_UP = 15


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--orders", type=int, default=60, help="orders per client and round")
    parser.add_argument("--volume", type=int, default=5_000_000, help="order lines of the large database")
    parser.add_argument("--only", nargs="*", default=["loop", "sizes", "bulk", "hot", "http"])
    args = parser.parse_args()
    owner = os.environ["DATABASE_OWNER_URL"]
    prepare(os.environ, owner)
    found: dict[str, Any] = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {"cores": os.cpu_count(), "python": platform.python_version()},
        "settings": {"rounds": args.rounds, "orders": args.orders, "lines": LINES, "volume": args.volume},
    }
    measures = {
        "loop": loop,
        "sizes": sizes,
        "bulk": bulk,
        "hot": hot,
        "http": http,
        "clerks": clerks,
        "volume": volume,
        "plan": plan,
    }
    for name in args.only:
        found[name] = measures[name](owner, args.rounds, args.orders, found)
        print(json.dumps({name: found[name]}, indent=1), flush=True)
    target = ROOT / "var/bench/latest.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(found, indent=1))
    for measure, value, must, aim in verdicts(found):
        print(f"{measure:64} {value:>9} must {must:>6} aim {aim:>6}")
    floor.check(owner)


def prepare(environment: Mapping[str, str], owner: str) -> None:
    """The schema as of now, static files that pages name, the bench company when it is not there yet, statistics."""
    environment = {**environment, "DATABASE_URL": owner, "ERP_PROCESS": "admin"}
    for command in (("migrate",), ("grant",), ("collectstatic", "--no-input")):
        subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )
    build = (
        "import django; django.setup()\n"
        "from masterdata.models import Company\n"
        "from bench.world import build, pick_with_release\n"
        "Company.objects.filter(code='BENCH').exists() or build()\n"
        "pick_with_release(Company.objects.get(code='BENCH'))\n"
    )
    environment["DJANGO_SETTINGS_MODULE"] = "erp.settings"
    subprocess.run([sys.executable, "-c", build], cwd=ROOT, env=environment, check=True)
    floor.build(owner)  # ends with VACUUM ANALYZE of everything


def loop(owner: str, rounds: int, orders: int, found: dict[str, Any]) -> dict[str, Any]:
    """Lines per second of the whole loop, one client and two, in turn with the floor; and of one client whose picks are
    confirmed, a transaction more than the floor has."""
    return {
        "clients_1": _loop(owner, rounds, orders, 1),
        "clients_2": _loop(owner, rounds, orders, 2),
        "scanning_1": _loop(owner, rounds, orders, 1, scanning=True),
    }


def _loop(owner: str, rounds: int, orders: int, count: int, *, scanning: bool = False) -> dict[str, Any]:
    theirs, ours = Clients(count, FloorClient, owner), Clients(count, OurClient, scanning=scanning)
    theirs.call("orders", WARM_UP)
    ours.call("orders", WARM_UP)
    rates: dict[str, list[float]] = {"floor": [], "ours": []}
    times: defaultdict[str, list[float]] = defaultdict(list)
    for _ in range(rounds):
        _, seconds = theirs.call("orders", orders * 4)
        rates["floor"].append(count * orders * 4 * LINES / seconds)
        answers, seconds = ours.call("orders", orders)
        rates["ours"].append(count * orders * LINES / seconds)
        for answer in answers:
            for step, each in answer.items():
                times[step] += each
    (counts, *_), _ = ours.call("counts")
    shares = [mine / its for mine, its in zip(rates["ours"], rates["floor"], strict=True)]
    theirs.close()
    ours.close()
    seconds = sum(statistics.mean(each) for step, each in times.items() if step not in READS)
    return {
        "floor_lines_per_s": round(statistics.median(rates["floor"])),
        "lines_per_s": round(statistics.median(rates["ours"])),
        "share": round(statistics.median(shares), 3),
        "share_range": [round(min(shares), 3), round(max(shares), 3)],
        "share_of_verbs": round(count * LINES / statistics.median(rates["floor"]) / seconds, 3),
        "steps": {
            step: {
                "median_ms": ms(statistics.median(each)),
                "p95_ms": ms(statistics.quantiles(each, n=20)[-1]),
                "statements": counts[step][0],
                "round_trips": counts[step][1],
            }
            for step, each in times.items()
        },
    }


def sizes(owner: str, rounds: int, orders: int, found: dict[str, Any]) -> dict[str, Any]:
    """Milliseconds of each step for documents of 5, 100, 1,000 and 5,000 lines."""
    ours = Clients(1, OurClient, scanning=True)
    result = {}
    for lines, repeats in ((5, 20), (100, 7), (1000, 5), (5000, 3)):
        (times,), _ = ours.call("orders", repeats, lines)
        result[str(lines)] = {
            step: ms(statistics.median(times[step]))
            for step in ("submit", "release", "pick", "ship", "invoice")
        }
    ours.close()
    return result


def bulk(owner: str, rounds: int, orders: int, found: dict[str, Any]) -> dict[str, Any]:
    """Lines per second of billing shipments of five lines in chunks."""
    ours = Clients(1, OurClient)
    (waiting,), _ = ours.call("unbilled")
    ours.call("bill", waiting, 500)
    theirs = Clients(1, FloorClient, owner)
    theirs.call("orders", WARM_UP)
    result: dict[str, Any] = {}
    for chunk in (1, 50, 500):
        ours.call("orders", 500 if chunk > 1 else 100, LINES, tuple(STEPS[:4]))
        (waiting,), _ = ours.call("unbilled")
        _, floor_seconds = theirs.call("orders", 200)
        (seconds,), _ = ours.call("bill", waiting, chunk)
        rate, its = len(waiting) * LINES / seconds, 200 * LINES / floor_seconds
        result[f"chunk_{chunk}"] = {"lines_per_s": round(rate), "over_floor_loop": round(rate / its, 2)}
    ours.close()
    theirs.close()
    return result


def hot(owner: str, rounds: int, orders: int, found: dict[str, Any]) -> dict[str, Any]:
    """Two clients over one when every order holds one same item."""
    rates: dict[int, list[float]] = {1: [], 2: []}
    crews = {count: Clients(count, OurClient, hot=True) for count in (1, 2)}
    for crew in crews.values():
        crew.call("orders", WARM_UP)
    for _ in range(rounds):
        for count, crew in crews.items():
            _, seconds = crew.call("orders", orders)
            rates[count].append(count * orders * LINES / seconds)
    for crew in crews.values():
        crew.close()
    ratios = [two / one for one, two in zip(rates[1], rates[2], strict=True)]
    return {
        "lines_per_s": {str(count): round(statistics.median(each)) for count, each in rates.items()},
        "two_over_one": round(statistics.median(ratios), 2),
    }


def http(owner: str, rounds: int, orders: int, found: dict[str, Any]) -> dict[str, Any]:
    """Lines per second of the loop through REST with two clients, against the floor with two."""
    theirs = Clients(2, FloorClient, owner)
    theirs.call("orders", WARM_UP)
    token = issue_bench_token()
    rates: dict[str, list[float]] = {"floor": [], "ours": []}
    times: defaultdict[str, list[float]] = defaultdict(list)
    with server() as port:
        ours = Clients(2, HttpClient, port, token)
        ours.call("orders", WARM_UP)
        for _ in range(rounds):
            _, seconds = theirs.call("orders", orders * 4)
            rates["floor"].append(2 * orders * 4 * LINES / seconds)
            answers, seconds = ours.call("orders", orders)
            rates["ours"].append(2 * orders * LINES / seconds)
            for answer in answers:
                for step, each in answer.items():
                    times[step] += each
        ours.close()
    theirs.close()
    shares = [mine / its for mine, its in zip(rates["ours"], rates["floor"], strict=True)]
    return {
        "floor_lines_per_s": round(statistics.median(rates["floor"])),
        "lines_per_s": round(statistics.median(rates["ours"])),
        "share": round(statistics.median(shares), 3),
        "median_ms": {step: ms(statistics.median(each)) for step, each in times.items()},
    }


def clerks(owner: str, rounds: int, orders: int, found: dict[str, Any]) -> dict[str, Any]:
    """What a hundred clerks at the desk wait for, with two web processes."""
    with server() as port:
        times, submitted, errors = crowd(port)
    every = [each for step in times.values() for each in step]
    return {
        "clerks": CLERKS,
        "think_s": THINK_S,
        "requests_per_s": round(len(every) / MEASURED_S, 1),
        "p95_ms": ms(statistics.quantiles(every, n=20)[-1]),
        "orders": submitted,
        "errors": errors,
        "steps": {
            step: {
                "median_ms": ms(statistics.median(each)),
                "p95_ms": ms(statistics.quantiles(each, n=20)[-1]),
            }
            for step, each in times.items()
        },
    }


def volume(owner: str, rounds: int, orders: int, found: dict[str, Any]) -> dict[str, Any]:
    """The loop's rate on a database with a long past over an empty one, in turn; and the list pages there."""
    lines = found["settings"]["volume"]
    with past.large_database() as environment:
        prepare(environment, environment["DATABASE_OWNER_URL"])
        loaded = past.load(environment, lines)
        with floor.connect(environment["DATABASE_OWNER_URL"]).cursor() as cursor:
            cursor.execute("ANALYZE")
        proved = past.proofs(environment)
        empty, full = Clients(1, OurClient), Clients(1, OurClient, environment=environment)
        empty.call("orders", WARM_UP)
        full.call("orders", WARM_UP)
        ratios = []
        for _ in range(max(rounds, 5)):
            _, base = empty.call("orders", orders)
            _, seconds = full.call("orders", orders)
            ratios.append(base / seconds)
        (pages,), _ = full.call("pages", past.PAGES)
        gigabytes = past.size(environment)
        empty.close()
        full.close()
    return {
        "order_lines": lines,
        "loaded": loaded,
        "rate_over_empty": round(statistics.median(ratios), 2),
        "range": [round(min(ratios), 2), round(max(ratios), 2)],
        "gigabytes": gigabytes,
        "proofs": proved,
        "list_pages_ms": {address: ms(each) for address, each in pages.items()},
    }


def plan(owner: str, rounds: int, orders: int, found: dict[str, Any]) -> dict[str, Any]:
    """Item-sites planned in a second."""
    environment = {**os.environ, "DATABASE_URL": owner, "DJANGO_SETTINGS_MODULE": "erp.settings"}
    run = subprocess.run(
        [sys.executable, "-m", "bench.planning"], cwd=ROOT, env=environment, check=True, capture_output=True
    )
    result: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return result


def verdicts(found: dict[str, Any]) -> list[tuple[str, Any, Any, Any]]:
    """(measure, value, must, aim) of issue 2's table, for what this run measured; must and aim are blank of a figure
    that is only told."""
    rows: list[tuple[str, Any, Any, Any]] = []
    if "loop" in found:
        one, two, scanning = (found["loop"][name] for name in ("clients_1", "clients_2", "scanning_1"))
        rows += [
            ("order to invoice, 1 client, share of the floor", one["share"], 0.15, 0.25),
            ("order to invoice, 2 clients, share of the floor with 2", two["share"], 0.18, 0.30),
            ("without display and list, which the floor has not, 1 client", one["share_of_verbs"], "", ""),
            ("with every pick confirmed, 1 client, share of the floor", scanning["share"], "", ""),
            ("most statements of a step", max(step["statements"] for step in one["steps"].values()), 20, 14),
            ("slowest step, p95 ms, 1 client", max(step["p95_ms"] for step in one["steps"].values()), 50, 15),
        ]
    if "sizes" in found:
        rows += [
            ("submit of 1,000 lines, ms", found["sizes"]["1000"]["submit"], 500, 100),
            ("ship-confirm of 5,000 lines, ms", found["sizes"]["5000"]["ship"], 1000, 400),
            ("invoice of 1,000 lines, ms", found["sizes"]["1000"]["invoice"], 500, 100),
        ]
    if "bulk" in found:
        rows.append(
            ("bulk billing over the floor's loop", found["bulk"]["chunk_500"]["over_floor_loop"], 3, 8)
        )
    if "hot" in found:
        rows.append(("hot item, two clients over one", found["hot"]["two_over_one"], 1.2, 1.6))
    if "http" in found:
        rows.append(
            ("the same over HTTP, 2 clients, share of the floor with 2", found["http"]["share"], 0.05, 0.10)
        )
    if "clerks" in found:
        rows += [
            ("100 clerks at the desk, p95 of all requests, ms", found["clerks"]["p95_ms"], 250, 100),
            ("100 clerks at the desk, errors", len(found["clerks"]["errors"]), 0, 0),
        ]
    if "plan" in found:
        rows.append(
            ("item-sites planned a second, every forecast made anew", found["plan"]["first_per_s"], 167, 500)
        )
    if "volume" in found:
        lines = found["volume"]["order_lines"]
        slowest = max(found["volume"]["list_pages_ms"].values())
        rows += [
            (
                f"rate with {lines:,} lines over an empty database",
                found["volume"]["rate_over_empty"],
                0.85,
                0.95,
            ),
            (f"slowest list page with {lines:,} lines, median ms", slowest, 100, 50),
        ]
    return rows


def ms(seconds: float) -> float:
    return round(seconds * 1000, 2)


if __name__ == "__main__":
    main()
