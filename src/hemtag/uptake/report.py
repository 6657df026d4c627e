"""What `hemtag uptake` says: everything as plain data, and the gist in words."""

from __future__ import annotations

from typing import Any

import numpy as np

from .forecasting import QUANTILES, Forecast, Forecasts
from .hindsight import FEW, Backtest
from .model import STAGE_WORDS, Solution, Spread, standings
from .pacing import Rung, funnel, outcomes, pace, waiting_curve
from .survival import Curve, cumulative_incidence

MODEL_WORDS = {"hazard": "hasardmodellen", "bass": "Bassmodellen", "last_value": "oförändrat", "linear": "rak linje"}


def as_plain(spread: Spread, found: Forecasts, test: Backtest | None = None) -> dict[str, Any]:
    """Everything, ready for JSON without NaN; docs and `data/schemas/uptake.schema.json` say what it means."""
    hazard = found.models.hazard
    errors = hazard.standard_errors
    p, q = found.models.bass.means()
    return {
        "format": 1,
        "name": spread.name,
        "as_of": spread.as_of.isoformat(),
        "period": spread.period.value,
        "data": found.data,
        "seed": found.seed,
        "draws": found.draws,
        "method": found.method,
        "horizon": found.horizon,
        "quantiles": list(QUANTILES),
        "models": {
            "hazard": {
                "link": hazard.link.value,
                "coefficients": {
                    name: {"value": _short(value), "standard_error": _short(error)}
                    for name, value, error in zip(hazard.names, hazard.values, errors, strict=True)
                },
                "tau": _short(hazard.tau),
            },
            "bass": {"p": _short(p), "q": _short(q)},
        },
        "funnel": [_rung(rung, with_regions=False) for rung in funnel(spread.solutions, spread.as_of)],
        "solutions": [_solution(spread, one, found) for one in spread.solutions],
        "skill": None if test is None else _skill(test),
    }


def _short(value: float) -> float:
    return float(f"{value:.9g}")


def _row(values: Any) -> list[float]:
    return [_short(value) for value in np.asarray(values, dtype=float).tolist()]


def _curve(curve: Curve) -> dict[str, Any]:
    mean, (soonest, latest) = curve.restricted_mean(), curve.quantile_interval()
    return {
        "level": curve.level,
        "interval": "log-log",
        "days": _row(curve.times),
        "at_risk": curve.at_risk.tolist(),
        "events": curve.events.tolist(),
        "waiting": _row(curve.waiting),
        "low": _row(curve.low),
        "high": _row(curve.high),
        "median_days": curve.quantile(),
        "median_low": soonest,
        "median_high": latest,
        "restricted_mean": {
            "days": _short(mean.mean), "standard_error": _short(mean.standard_error), "until": mean.until,
        },
    }  # fmt: skip


def _rung(rung: Rung, *, with_regions: bool) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "stage": rung.stage.value,
        "reached": rung.reached,
        "here": len(rung.here),
        "left": rung.left,
        "median_days": rung.days.quantile() if rung.days else None,
    }
    if with_regions:
        plain["waiting"] = [{"region": code, "days": days} for code, days in rung.here]
    return plain


def _solution(spread: Spread, one: Solution, found: Forecasts) -> dict[str, Any]:
    rows, speed = standings(one, spread.as_of), pace(one, spread.as_of)
    days, causes = outcomes(one, spread.as_of)
    left = cumulative_incidence(days, causes, 2)
    answer = found.of[one.id]
    return {
        "id": one.id,
        "title": one.title,
        "published_on": one.published_on.isoformat(),
        "eligible": len(rows),
        "adopted": len(speed.reached),
        "in_use": sum(row.in_use for row in rows),
        "left": sum(row.left is not None for row in rows),
        "waiting_curve": _curve(waiting_curve(one, spread.as_of)),
        "adopted_share": _short(cumulative_incidence(days, causes, 1).at(max(days))),
        "left_share": _short(left.at(max(days))),
        "reached_days": list(speed.reached),
        "first_to_last": speed.first_to_last,
        "gap": speed.gap,
        "funnel": [_rung(rung, with_regions=True) for rung in funnel((one,), spread.as_of)],
        "forecast": _forecast(answer) if isinstance(answer, Forecast) else None,
        "no_forecast": None if isinstance(answer, Forecast) else {"code": answer.code, "reason": answer.reason},
    }


def _forecast(one: Forecast) -> dict[str, Any]:
    return {
        "days": [day.isoformat() for day in one.days],
        "last_value": list(one.last_value),
        "linear": _row(one.linear),
        "fans": {
            name: {
                "adopted": [_row(level) for level in fan.adopted],
                "mean": _row(fan.mean),
                "in_use": [_row(level) for level in fan.in_use],
                "in_use_mean": _row(fan.in_use_mean),
                "next_median": fan.next_median,
                "all_reached": _row(fan.all_reached),
                "by_region": {code: _row(row) for code, row in fan.by_region.items()},
            }
            for name, fan in one.fans.items()
        },
    }


def _skill(test: Backtest) -> dict[str, Any]:
    return {
        "origins": test.origins,
        "seed": test.seed,
        "scores": [
            {
                "method": one.method,
                "horizon": one.horizon,
                "cases": one.cases,
                "error": _short(one.error),
                "skill_last_value": None if one.skill_last_value is None else _short(one.skill_last_value),
                "skill_linear": None if one.skill_linear is None else _short(one.skill_linear),
                "within_50": None if one.within_50 is None else _short(one.within_50),
                "within_80": None if one.within_80 is None else _short(one.within_80),
            }
            for one in test.scores
        ],
    }


def skill_sentence(test: Backtest, spread: Spread, horizon: int) -> str:
    """What the back-test says of one horizon, in words; also when it says little."""
    scores = [one for one in (test.score(model, horizon) for model in ("hazard", "bass")) if one is not None]
    when = f"{horizon} {spread.period.words[horizon > 1]} framåt"
    if not scores:
        return f"Prognoserna {when} har inte kunnat prövas bakåt: det finns för få införanden."
    best = min(scores, key=lambda one: one.error)
    if best.skill_linear is None:
        return f"Prognoserna {when} har inte kunnat prövas mot en rak linje, som träffade exakt i {best.cases} fall."
    sign = "bättre" if best.skill_linear > 0 else "sämre"
    words = (
        f"Prövad bakåt {when} missade {MODEL_WORDS[best.method]} med {_comma(best.error)} regioner i medeltal, "
        f"{_comma(abs(best.skill_linear) * 100, 0)} % {sign} än en rak linje ({best.cases} fall)."
    )
    return f"{words} Så få fall säger lite." if best.cases < FEW else words


def _comma(value: float, places: int = 1) -> str:
    return f"{value:.{places}f}".replace(".", ",")


def sentence(spread: Spread, found: Forecasts, code: str) -> str:
    """One solution in a sentence or two: how far it has come, and what the hazard model believes. KeyError when unknown."""
    one = spread.solution(code)
    rows, answer = standings(one, spread.as_of), found.of[code]
    using, left = sum(row.in_use for row in rows), sum(row.left is not None for row in rows)
    name = one.title or one.id
    ever = sum(row.adopted is not None for row in rows)
    said = f"{name} är i drift i {using} av {len(rows)} regioner"
    said += f" ({ever - using} har slutat)" if ever > using else ""
    said += f"; {left} har avböjt eller avbrutit." if left else "."
    if not isinstance(answer, Forecast):
        return f"{said} {answer.reason}"
    fan = answer.fans["hazard"].adopted[:, -1]
    low, middle, high = (int(fan[QUANTILES.index(share)]) for share in (0.1, 0.5, 0.9))
    when = answer.days[-1].isoformat()
    return f"{said} Den {when} väntas {middle} ha infört den, med 80 % sannolikhet {low} till {high}."


def as_text(spread: Spread, found: Forecasts, test: Backtest | None = None) -> str:
    """The gist: one sentence per solution, the funnel, and how good the forecasts have been."""
    lines = [sentence(spread, found, one.id) for one in spread.solutions]
    lines += ["", "Trappan, alla lösningar tillsammans:"]
    for rung in funnel(spread.solutions, spread.as_of):
        median = rung.days.quantile() if rung.days else None
        days = "–" if median is None else f"{median:.0f} dagar"
        lines.append(
            f"  {STAGE_WORDS[rung.stage]:<16} nått {rung.reached:>5}   står här {len(rung.here):>5}   median {days}"
        )
    if test is not None:
        horizons = sorted({one.horizon for one in test.scores}) or [found.horizon]
        lines += ["", *(skill_sentence(test, spread, horizon) for horizon in horizons)]
    lines += ["", f"Data {found.data[:12]}, frö {found.seed}, {found.draws} dragningar, metod {found.method}."]
    return "\n".join(lines)
