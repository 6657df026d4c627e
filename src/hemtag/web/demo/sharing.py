"""What is made once in the demo: obstacles, underlag, and other regions' reuse with hours."""

from __future__ import annotations

import datetime as dt

from hemtag.grants.reference import Reference
from hemtag.knowledge import actions
from hemtag.knowledge.models import Obstacle, ObstacleKind, ReuseKind, UnderlagKind
from hemtag.organisations.models import Role

from .clockwork import on
from .people import Cast


def share_all(data: Reference, cast: Cast, today: dt.date) -> None:
    obstacles: dict[str, Obstacle] = {}
    for obstacle in data.obstacles:
        if obstacle.reported_on <= today:
            with on(obstacle.reported_on):
                obstacles[obstacle.key] = actions.report_obstacle(
                    by=cast.writer(obstacle.reported_by),
                    region=cast.organisations[obstacle.reported_by],
                    kind=ObstacleKind(obstacle.kind),
                    title=obstacle.title,
                    description=obstacle.description,
                )
    for underlag in data.underlag:
        if underlag.published_on > today:
            continue
        with on(underlag.published_on):
            row = actions.write_underlag(
                by=cast.writer(underlag.made_by),
                region=cast.organisations[underlag.made_by],
                kind=UnderlagKind(underlag.kind),
                title=underlag.title,
                summary=underlag.summary,
                body="\n\n".join(underlag.body),
                conditions=underlag.conditions,
                hours_to_make=underlag.hours_to_make,
                obstacles=[obstacles[key] for key in underlag.obstacles],
                valid_until=underlag.valid_until,
            )
            actions.publish_underlag(by=cast.one(Role.REPRESENTATIVE, underlag.made_by), underlag=row)
        for reuse in underlag.reuse:
            if reuse.recorded_on <= today:
                with on(reuse.recorded_on):
                    actions.record_reuse(
                        by=cast.writer(reuse.region),
                        underlag=row,
                        region=cast.organisations[reuse.region],
                        kind=ReuseKind(reuse.mode),
                        hours_spent=reuse.hours_spent,
                        hours_alone=reuse.hours_alone,
                        note=reuse.note,
                    )
