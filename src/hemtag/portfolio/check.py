"""Checks a prioritisation in whole numbers: no solver, only Python's own library. python check.py ROUND RESULT"""

import hashlib
import json
import sys
from fractions import Fraction
from itertools import combinations
from pathlib import Path
from typing import Any


def rules(r: Any, blocks: Any) -> Any:
    """Every rule as (name, coefficients, limit): the chosen blocks' coefficients must sum to at most the limit."""
    years, policies, held = sorted(r["frames"], key=int), r.get("policies", {}), r.get("committed", {})
    carry = [int(Fraction(str(r.get("carry_over", {}).get(y, 0))) * r["frames"][y]) for y in years]
    spans = []
    for last in range(len(years)):
        alone = max(i for i in range(last + 1) if not i or not carry[i - 1])  # no money is carried into this year
        for i in range(alone, last + 1):  # years that carry-over joins must cover their costs together
            frame = sum(r["frames"][y] for y in years[i : last + 1]) + (carry[i - 1] if i else 0)
            spans.append((f"frame:{years[i]}" + f"-{years[last]}" * (i < last), years[i : last + 1], frame))
    spans += [("authorisation", years[1:], m) for m in [r.get("commitment_authorisation")] if m is not None]
    for name, run, limit in spans:
        row = {b: sum(blocks[b]["cost"].get(y, 0) for y in run) for b in blocks}
        yield name, row, limit - sum(held.get(y, 0) for y in run)
    for b, d in blocks.items():
        yield from ((f"needs:{b}:{n}", {b: 1, n: -1}, 0) for n in d["needs"])
        yield from ((f"one_of:{b}:{k}", {b: 1} | {n: -(n != b) for n in g}, 0) for k, g in enumerate(d["needs_one_of"]))
    yield from ((f"exclusive:{k}", dict.fromkeys(group, 1), 1) for k, group in enumerate(r.get("exclusive", ())))
    total = {b: sum(d["cost"].values()) for b, d in blocks.items()}
    for a in r["applications"]:
        own, least = [b["id"] for b in a["blocks"]], a.get("minimum", 0)
        kind, must = ("whole", own) if a.get("whole_only") else ("must", a.get("must_have", []))
        yield from ((f"{kind}:{b}:{n}", {b: 1, n: -1}, 0) for b in own for n in must if n != b)
        yield from ((f"minimum:{b}", {n: (n == b) * least - total[n] for n in own}, 0) for b in own if least)
    for k, share in enumerate(policies.get("shares", ())):
        part, whole = Fraction(str(share["share"])).as_integer_ratio()
        yield f"share:{k}", {b: total[b] * (part - whole * (share["tag"] in d["tags"])) for b, d in blocks.items()}, 0
    if (wish := policies.get("cofinancing_share")) is not None:
        part, whole = Fraction(str(wish)).as_integer_ratio()
        yield "cofinancing", {b: part * total[b] + (part - whole) * d["cofinancing"] for b, d in blocks.items()}, 0
    for c, cap in policies.get("region_caps", {}).items():
        yield f"cap:{c}", {b: d["region_cost"].get(c, 0) for b, d in blocks.items()}, cap
    for c in policies.get("every_region", ()):
        yield f"region:{c}", {b: -1 for b, d in blocks.items() if d["region_cost"].get(c)}, -1
    yield from ((f"{w}:{b}", {b: x}, min(x, 0)) for w, x in (("in", -1), ("out", 1)) for b in r.get(f"locked_{w}", ()))


def check(r: Any, result: Any, sha256: str) -> list[str]:
    """What is wrong with the result; an empty list when hash, rules, sums, value and the proof of the bound hold."""
    default = {"needs": (), "needs_one_of": (), "tags": (), "region_cost": {}, "cofinancing": 0}
    blocks = {b["id"]: {**default, **b} for a in r["applications"] for b in a["blocks"]}
    chosen, table = set(result["chosen"]) & set(blocks), list(rules(r, blocks))
    gain, unit = Fraction(str(r.get("hurdle", 0))).as_integer_ratio()  # values are whole numbers of 1/unit effect
    worth = {b: d["effect"] * unit - gain * sum(d["cost"].values()) for b, d in blocks.items()}
    value = sum(worth[b] for b in chosen)
    wrong = [f"Regeln {n} bryts." for n, row, limit in table if sum(row.get(b, 0) for b in chosen) > limit]
    for k, o in enumerate(r.get("overlaps", ())):  # a column of its own for each block's part; at most one counts
        value += max([e * unit for b, e in o["effects"].items() if b in chosen], default=0)
        worth |= {f"+{k}:{b}": e * unit for b, e in o["effects"].items()}
        table += [(f"overlap:{k}:{b}", {f"+{k}:{b}": 1, b: -1}, 0) for b in o["effects"]]
        table += [(f"overlap:{k}", {f"+{k}:{b}": 1 for b in o["effects"]}, 1)]
    for k, s in enumerate(r.get("synergies", ())):
        value += s["effect"] * unit * chosen.issuperset(s["blocks"])
        worth[f"&{k}"] = s["effect"] * unit
        table += [(f"synergy:{k}:{b}", {f"&{k}": 1, b: -1}, 0) for b in s["blocks"]]
    spent = {y: sum(blocks[b]["cost"].get(y, 0) for b in chosen) for y in r["frames"]}
    stated, most = (Fraction(str(result[name])) * unit for name in ("value", "upper_bound"))
    wrong += ["Ett valt block är okänt eller nämns två gånger."] * (len(chosen) < len(result["chosen"]))
    wrong += ["Resultatet hör till en annan omgång: kontrollsumman skiljer sig."] * (result["round_sha256"] != sha256)
    wrong += ["Summorna per år stämmer inte."] * (spent != result["per_year"])
    wrong += ["Värdet eller dess övre gräns stämmer inte."] * (not value == stated <= most)
    proof = result.get("certificate")
    unproved = proof and not value <= proved(worth, table, proof["groups"], proof) == proof["bound"]
    return wrong + ["Beviset för den övre gränsen håller inte."] * bool(unproved)


def proved(worth: Any, table: Any, groups: Any, proof: Any) -> Any:
    """The bound that the prices (whole 2^-20ths) give: rules are priced, and each group of columns chooses freely."""
    if "column" in proof:  # two halves, without and with one column, each with a proof of its own
        b, sides = list(worth)[proof["column"]], (("without", 1, 0), ("with", -1, -1))
        return max(proved(worth, [*table, (f"{s} {b}", {b: x}, m)], groups, proof[s]) for s, x, m in sides)
    rows = {name: ({b: v for b, v in row.items() if v}, limit) for name, row, limit in table}
    once = sorted(column for columns in groups for column in columns) == list(range(len(worth)))
    reduced = {b: points << 20 for b, points in worth.items()}
    for name, price in proof["prices"].items():
        reduced |= {b: reduced[b] - price * v for b, v in rows[name][0].items()}
    total = sum(price * rows[name][1] for name, price in proof["prices"].items())
    for group in ([list(worth)[column] for column in columns] for columns in groups):
        inside = [row for row in rows.values() if set(row[0]) <= set(group)]
        subsets = (set(s) for size in range(len(group) + 1) for s in combinations(group, size))
        fits = (s for s in subsets if all(sum(v for b, v in row.items() if b in s) <= limit for row, limit in inside))
        total += max((sum(reduced[b] for b in s) for s in fits), default=-(1 << 200))  # no fit: this half is empty
    return total >> 20 if once and min(proof["prices"].values(), default=0) >= 0 else float("inf")


if __name__ == "__main__":
    given, result = (Path(name).read_bytes() for name in sys.argv[1:3])
    sys.exit("\n".join(check(json.loads(given), json.loads(result), hashlib.sha256(given).hexdigest())) or None)
