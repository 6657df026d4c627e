"""Draws the 21 counties small enough for a page: data/maps/lan.parquet → data/maps/sverige.json.

Run once, when the source or the wanted size changes:

    uv run --no-project --with pyarrow --with "shapely>=2.1" scripts/county_shapes.py

Neighbours keep one common border: the counties are simplified together, as a coverage. See data/maps/README.md.
"""

import itertools
import json
import math
from pathlib import Path

import pyarrow.parquet
import shapely

MAPS = Path(__file__).parents[1] / "data" / "maps"
HEIGHT = 800  # units of the drawing, one is about two kilometres
MARGIN = 4
TOLERANCE_M = 4_500  # corners that cut less than a triangle of about this side are left out
SMALLEST_ISLAND_KM2 = 60
EARTH_M = 6_371_000
MERIDIAN = math.radians(15)  # the middle of Sweden's own map projection


def projected(points):
    """Longitude and latitude → metres east and north, transverse Mercator on a sphere: enough for a picture."""
    made = []
    for longitude, latitude in points:
        east, north = math.radians(longitude) - MERIDIAN, math.radians(latitude)
        made.append(
            (
                EARTH_M * math.atanh(math.cos(north) * math.sin(east)),
                EARTH_M * math.atan2(math.tan(north), math.cos(east)),
            )
        )
    return made


def without_small_islands(shape):
    parts = sorted(shapely.get_parts(shape), key=lambda part: -part.area)
    return shapely.MultiPolygon([parts[0], *[part for part in parts[1:] if part.area / 1e6 >= SMALLEST_ISLAND_KM2]])


def path(shape, place):
    """SVG path with whole, relative steps."""
    drawn = []
    for part in shapely.get_parts(shape):
        for ring in [part.exterior, *part.interiors]:
            points = [place(*point) for point in ring.coords[:-1]]
            points = [point for n, point in enumerate(points) if point != points[n - 1]]
            if len(points) < 3:
                continue
            steps = [f"{b[0] - a[0]} {b[1] - a[1]}" for a, b in itertools.pairwise(points)]
            drawn.append(f"M{points[0][0]} {points[0][1]}l{' '.join(steps)}z".replace(" -", "-"))
    return "".join(drawn)


def main():
    table = pyarrow.parquet.read_table(MAPS / "lan.parquet").to_pydict()
    shapes = [shapely.transform(shapely.from_wkb(one), projected) for one in table["geometry"]]
    shapes = [without_small_islands(one) for one in shapely.coverage_simplify(shapes, TOLERANCE_M)]
    west, south, east, north = shapely.total_bounds(shapes)
    scale = (HEIGHT - 2 * MARGIN) / (north - south)

    def place(x, y):
        return round(MARGIN + (x - west) * scale), round(MARGIN + (north - y) * scale)

    counties = {}
    for code, name, shape in sorted(zip(table["lan_kod"], table["lan"], shapes, strict=True)):
        circle = shapely.maximum_inscribed_circle(max(shapely.get_parts(shape), key=lambda part: part.area))
        counties[code] = {
            "name": name,
            "label": place(*circle.coords[0]),
            "room": round(circle.length * scale, 1),
            "path": path(shape, place),
        }
    drawing = {"width": round((east - west) * scale) + 2 * MARGIN, "height": HEIGHT, "counties": counties}
    text = json.dumps(drawing, ensure_ascii=False, indent=1)
    (MAPS / "sverige.json").write_text(text + "\n", encoding="utf-8")
    print(f"{len(counties)} counties, {len(text)} bytes, {drawing['width']} × {HEIGHT} units")


if __name__ == "__main__":
    main()
