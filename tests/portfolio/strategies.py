"""Rounds of every kind the format allows, small enough for the oracle."""

from hypothesis import strategies as st

YEARS = ("2025", "2026", "2027")
REGIONS = ("01", "14", "25")
COARSE = st.sampled_from([0, 10, 20, 30, 40])
FINE = st.integers(0, 60)


@st.composite
def rounds(draw, most_blocks=8, rich=True):
    """A round as plain data. Half of them have coarse numbers, so that ties are common."""
    amount = draw(st.sampled_from([COARSE, FINE]))
    years = YEARS[: draw(st.integers(1, 3))]
    sizes, left = [], draw(st.integers(1, most_blocks))
    while left:
        sizes.append(draw(st.integers(1, min(4, left))))
        left -= sizes[-1]
    ids = [f"b{n}" for n in range(sum(sizes))]
    some = st.lists(st.sampled_from(ids), unique=True, min_size=1, max_size=3)
    data = {"frames": {year: draw(st.integers(0, 120)) for year in years}, "applications": []}
    used = 0
    for at, size in enumerate(sizes):
        own = ids[used : used + size]
        blocks = []
        for block_id in own:
            cost = {year: draw(amount) for year in years if draw(st.booleans())} or {years[0]: draw(amount)}
            blocks.append({"id": block_id, "effect": draw(amount), "cost": cost})
        data["applications"].append({"id": f"a{at}", "blocks": blocks})
        used += size
    if rich:
        enrich(draw, data, ids, some, amount, years)
    return data


def enrich(draw, data, ids, some, amount, years):
    maybe = st.sampled_from([False, False, True])
    if draw(maybe):
        data["hurdle"] = draw(st.sampled_from([1, 0.5, 0.3, 2]))
    if draw(maybe):
        data["carry_over"] = {year: draw(st.sampled_from([0, 0.1, 0.25, 1])) for year in years}
    if draw(maybe):
        data["committed"] = {year: draw(st.integers(0, data["frames"][year])) for year in years}
    if draw(maybe):
        beyond = sum(data.get("committed", {}).get(year, 0) for year in years[1:])
        data["commitment_authorisation"] = beyond + draw(st.integers(0, 100))
    if draw(maybe):
        data["exclusive"] = draw(st.lists(some, min_size=1, max_size=2))
    if draw(maybe):
        data["order"] = draw(st.permutations(ids))[: draw(st.integers(0, len(ids)))]
    if draw(maybe):
        data["overlaps"] = [{"id": "k", "effects": {b: draw(amount) for b in draw(some)}} for _ in range(2)]
    if draw(maybe):
        data["synergies"] = [{"id": "s", "blocks": draw(some), "effect": draw(amount)}]
    for key in ("locked_in", "locked_out"):
        if draw(maybe):
            data[key] = {draw(st.sampled_from(ids)): "skäl"}
    for block_id in set(data.get("locked_in", {})) & set(data.get("locked_out", {})):
        del data["locked_out"][block_id]
    number = {block_id: at for at, block_id in enumerate(ids)}
    for application in data["applications"]:
        own = [block["id"] for block in application["blocks"]]
        if draw(maybe):
            application["minimum"] = draw(st.integers(0, 120))
        if draw(maybe):
            application["must_have"] = [draw(st.sampled_from(own))]
        if draw(maybe):
            application["whole_only"] = draw(st.booleans())
        for block in application["blocks"]:
            if draw(maybe):
                block["needs"] = [b for b in draw(some) if number[b] < number[block["id"]]]
            if draw(maybe):
                block["needs_one_of"] = [draw(some)]
            if draw(maybe):
                block["tags"] = ["struktur"]
            if draw(maybe):
                block["region_cost"] = {draw(st.sampled_from(REGIONS)): sum(block["cost"].values())}
            if draw(maybe):
                block["cofinancing"] = draw(amount)
    add_policies(draw, data, maybe)


def add_policies(draw, data, maybe):
    blocks = [block for application in data["applications"] for block in application["blocks"]]
    policies = {}
    if draw(maybe) and any(block.get("tags") for block in blocks):
        policies["shares"] = [{"tag": "struktur", "share": draw(st.sampled_from([0.1, 0.5]))}]
    if draw(maybe):
        policies["region_caps"] = {"14": draw(st.integers(0, 60))}
    touched = sorted({code for b in blocks for code, amount in b.get("region_cost", {}).items() if amount})
    if draw(maybe) and touched:
        policies["every_region"] = [draw(st.sampled_from(touched))]
    if draw(maybe):
        policies["cofinancing_share"] = draw(st.sampled_from([0.1, 0.3]))
    if policies:
        data["policies"] = policies
