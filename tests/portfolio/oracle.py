"""The slow, obvious twin: every subset of blocks, every rule read straight from the JSON, years played forward."""

from fractions import Fraction
from itertools import combinations


def blocks_of(data):
    return {block["id"]: block for application in data["applications"] for block in application["blocks"]}


def total(block):
    return sum(block["cost"].values())


def permitted(data, chosen):
    """Whether a set of block ids may be chosen."""
    blocks = blocks_of(data)
    years = sorted(data["frames"])
    carried = 0
    for year in years:
        spent = sum(blocks[b]["cost"].get(year, 0) for b in chosen)
        left = data["frames"][year] + carried - data.get("committed", {}).get(year, 0) - spent
        if left < 0:
            return False
        most = Fraction(str(data.get("carry_over", {}).get(year, 0))) * data["frames"][year]
        carried = min(left, int(most))
    if "commitment_authorisation" in data:
        beyond = sum(data.get("committed", {}).get(year, 0) for year in years[1:])
        beyond += sum(blocks[b]["cost"].get(year, 0) for b in chosen for year in years[1:])
        if beyond > data["commitment_authorisation"]:
            return False
    for b in chosen:
        if not set(blocks[b].get("needs", [])) <= chosen:
            return False
        if any(not set(group) & chosen for group in blocks[b].get("needs_one_of", [])):
            return False
    if any(len(set(group) & chosen) > 1 for group in data.get("exclusive", [])):
        return False
    for application in data["applications"]:
        own = {block["id"] for block in application["blocks"]}
        taken = own & chosen
        if taken:
            if application.get("whole_only") and taken != own:
                return False
            if not set(application.get("must_have", [])) <= taken:
                return False
            if sum(total(blocks[b]) for b in taken) < application.get("minimum", 0):
                return False
    return policies_hold(data, blocks, chosen) and locks_hold(data, chosen)


def policies_hold(data, blocks, chosen):
    policies = data.get("policies", {})
    granted = sum(total(blocks[b]) for b in chosen)
    for share in policies.get("shares", []):
        tagged = sum(total(blocks[b]) for b in chosen if share["tag"] in blocks[b].get("tags", []))
        if tagged < Fraction(str(share["share"])) * granted:
            return False
    for region, cap in policies.get("region_caps", {}).items():
        if sum(blocks[b].get("region_cost", {}).get(region, 0) for b in chosen) > cap:
            return False
    for region in policies.get("every_region", []):
        if not any(blocks[b].get("region_cost", {}).get(region, 0) for b in chosen):
            return False
    if "cofinancing_share" in policies:
        own = sum(blocks[b].get("cofinancing", 0) for b in chosen)
        if own < Fraction(str(policies["cofinancing_share"])) * (granted + own):
            return False
    return True


def locks_hold(data, chosen):
    return set(data.get("locked_in", {})) <= chosen and not set(data.get("locked_out", {})) & chosen


def worth(data, chosen):
    """Exact value of a set of block ids, as a Fraction."""
    blocks = blocks_of(data)
    hurdle = Fraction(str(data.get("hurdle", 0)))
    value = sum((blocks[b]["effect"] - hurdle * total(blocks[b]) for b in chosen), Fraction(0))
    for overlap in data.get("overlaps", []):
        value += max((effect for b, effect in overlap["effects"].items() if b in chosen), default=0)
    for synergy in data.get("synergies", []):
        if set(synergy["blocks"]) <= chosen:
            value += synergy["effect"]
    return value


def all_permitted(data):
    """Every permitted set with its value."""
    ids = list(blocks_of(data))
    for size in range(len(ids) + 1):
        for some in combinations(ids, size):
            chosen = frozenset(some)
            if permitted(data, chosen):
                yield worth(data, chosen), chosen


def optimum(data):
    """(value, canonical set) or None when nothing is permitted."""
    everything = list(all_permitted(data))
    if not everything:
        return None
    value = max(worth for worth, _ in everything)
    ids = list(blocks_of(data))
    order = list(dict.fromkeys([*data.get("order", []), *ids]))
    best = [chosen for worth, chosen in everything if worth == value]
    return value, max(best, key=lambda chosen: [b in chosen for b in order])
