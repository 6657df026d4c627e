"""The specification in plain Python: the same numbers one by one, with nothing but loops."""

import math
from collections.abc import Callable, Sequence


def survival(durations: Sequence[float], observed: Sequence[bool], level: float = 0.95):
    """[(time, at risk, events, waiting, standard error, low, high)]."""
    z = 1.959963984540054 if level == 0.95 else 1.6448536269514722
    share, total, rows = 1.0, 0.0, []
    for time in sorted({t for t, seen in zip(durations, observed, strict=True) if seen}):
        n = sum(t >= time for t in durations)
        d = sum(t == time and seen for t, seen in zip(durations, observed, strict=True))
        share *= 1 - d / n
        if n == d:
            rows.append((time, n, d, 0.0, 0.0, 0.0, rows[-1][6] if rows else 1.0))
            continue
        total += d / (n * (n - d))
        reach = z * math.sqrt(total) / -math.log(share)
        rows.append((time, n, d, share, share * math.sqrt(total), share ** math.exp(reach), share ** math.exp(-reach)))
    return rows


def restricted_mean(durations, observed, until):
    rows, area, before, share = survival(durations, observed), 0.0, 0.0, 1.0
    for time, *_, waiting, _, _, _ in ((r[0], r[3], r[4], r[5], r[6]) for r in rows):
        if time >= until:
            break
        area += share * (time - before)
        before, share = time, waiting
    area += share * (until - before)
    variance = 0.0
    for time, n, d, *_ in rows:
        if time < until and n > d:
            rest, at, level = 0.0, time, next(r[3] for r in rows if r[0] == time)
            for later in rows:
                if time < later[0] < until:
                    rest += level * (later[0] - at)
                    at, level = later[0], later[3]
            rest += level * (until - at)
            variance += rest**2 * d / (n * (n - d))
    return area, math.sqrt(variance)


def incidence(durations, causes, cause, time):
    waiting, found = 1.0, 0.0
    for at in sorted({t for t, c in zip(durations, causes, strict=True) if c}):
        if at > time:
            break
        n = sum(t >= at for t in durations)
        found += waiting * sum(t == at and c == cause for t, c in zip(durations, causes, strict=True)) / n
        waiting *= 1 - sum(t == at and c != 0 for t, c in zip(durations, causes, strict=True)) / n
    return found


def log_posterior(rows, values, link: str, nodes):
    """rows: per solution a list of (log time, share, traits, width, at risk, adopted)."""
    *coefficients, log_tau = values
    tau = math.exp(log_tau)
    whole = sum(math.exp(-v * v / 2) for v in nodes)
    total = log_tau - 2 * tau - ((coefficients[0] + 3) / 3) ** 2 / 2
    total -= sum((value / 2.5) ** 2 / 2 for value in coefficients[1:])
    for solution in rows:
        logs = []
        for v in nodes:
            found = -v * v / 2 - math.log(whole)
            for log_time, share, traits, width, n, d in solution:
                eta = coefficients[0] + coefficients[1] * log_time + coefficients[2] * share + math.log(width)
                eta += sum(b * z for b, z in zip(coefficients[3:], traits, strict=True)) + tau * v
                if link == "logit":
                    found += d * eta - n * math.log1p(math.exp(eta))
                else:
                    found += (d * math.log(-math.expm1(-math.exp(eta))) if d else 0.0) - (n - d) * math.exp(eta)
            logs.append(found)
        top = max(logs)
        total += top + math.log(sum(math.exp(one - top) for one in logs))
    return total


def bass_share(t: float, p: float, q: float) -> float:
    """Bass (1969), equation for F(T)."""
    return (1 - math.exp(-(p + q) * t)) / (1 + q / p * math.exp(-(p + q) * t))


def bass_likelihood(rows, p: float, q: float) -> float:
    """rows of one solution: (period, width, at risk, adopted)."""
    total = 0.0
    for period, width, n, d in rows:
        before, after = bass_share(period, p, q), bass_share(period + width, p, q)
        h = (after - before) / (1 - before)
        total += (d * math.log(h) if d else 0.0) + (n - d) * math.log(1 - h)
    return total


def slope(f: Callable[[list[float]], float], at: list[float], place: int, step: float = 1e-5) -> float:
    up, down = list(at), list(at)
    up[place] += step
    down[place] -= step
    return (f(up) - f(down)) / (2 * step)
