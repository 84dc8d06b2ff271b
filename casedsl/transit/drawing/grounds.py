"""The grounds of the teams: pale boxes with their names. States without a team stand on grey, with a broken border;
where there are no teams at all there is no ground."""

from __future__ import annotations

from casedsl.transit.drawing.inks import GROUNDS, HEADING, NO_GROUND, RULE
from casedsl.transit.drawing.names import zone_id
from casedsl.transit.drawing.scene import Group, Rect, Words
from casedsl.transit.labels.sizes import ZONE, ZONE_LINE
from casedsl.transit.network import Network
from casedsl.transit.plan import Area


def grounds(network: Network, areas: tuple[Area, ...]) -> tuple[Group, ...]:
    zones = {zone.key: (at if zone.tint is None else zone.tint, zone) for at, zone in enumerate(network.zones)}
    made: list[Group] = []
    if not any(zone.title for zone in network.zones):
        return ()
    for area in areas:
        tint, zone = zones[area.zone]
        words = tuple(
            Words(area.title.x, area.title.y + ZONE_LINE * at + ZONE * 0.9, line, ZONE, HEADING, bold=True, kind="zone")
            for at, line in enumerate(area.lines)
        )
        fill, dash = (GROUNDS[tint % len(GROUNDS)], ()) if zone.title else (NO_GROUND, (4.0, 4.0))
        ground = Rect(area.box, radius=10, fill=fill, stroke=RULE, wide=1, dash=dash)
        made.append(Group((ground, *words), kind="zone", id=zone_id(area.zone), title=zone.title))
    return tuple(made)
