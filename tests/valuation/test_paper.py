"""The printed report: the page's numbers as Swedish text, and a PDF that can be archived and read aloud."""

import json
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from hemtag.__main__ import main, parser
from hemtag.valuation.command import value
from hemtag.valuation.page import as_page, fingerprint
from hemtag.valuation.paper import report_data
from hemtag.valuation.reading import load_case
from hemtag.valuation.simulation import simulate
from tests.valuation.cases import full

RESULT = simulate(load_case(full()), 256, 3)
ON = date(2026, 11, 22)


def texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for one in value.values() for text in texts(one)]
    return [text for one in value for text in texts(one)] if isinstance(value, list) else [str(value)]


@pytest.mark.parametrize("region", [None, "08"])
def test_everything_in_it_is_plain_and_the_pages_own(region: str | None):
    data = report_data(RESULT, ON, region)
    page = as_page(RESULT, region)
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    assert not {"nan", "inf", "None"} & {word.lower() for text in texts(data) for word in text.split()}
    assert data["sha256"] == fingerprint(page)
    assert data["sentence"].startswith(page["sentence"])
    assert len(data["inputs"]) == len(RESULT.case.inputs)
    assert len(data["cheers"]) == 28
    assert [row[0] for row in data["years"]] == [str(2027 + n) for n in range(6)]
    assert all(0 <= corner <= 1 for part in ("outer", "inner", "median") for x in data["fan"][part] for corner in x)
    assert [row[1] for row in data["regions"]] == ["Stockholm", "Kalmar", "Gotland"]


def written(folder: Path, *more: str) -> tuple[int, Path]:
    case, out = folder / "fall.json", folder / "rapport.pdf"
    case.write_text(json.dumps(full()), encoding="utf-8")
    return main(["value", str(case), "--draws", "256", "--seed", "3", "--out", str(out), *more]), out


def test_the_command_writes_an_archival_accessible_pdf(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    code, out = written(tmp_path, "--region", "08")
    assert code == 0
    assert "rapporten är skriven" in capsys.readouterr().out
    raw = out.read_bytes()
    pdf = PdfReader(BytesIO(raw))
    text = " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
    assert "Region Kalmar räknar" in text
    assert "Påhittat fall som använder allt" in text
    assert "256 dragningar, frö 3" in text
    assert as_page(RESULT, "08")["sentence"].split(";")[0] in text
    metadata = pdf.xmp_metadata
    assert metadata is not None
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert pdf.trailer["/Root"]["/Lang"] == "sv"


def test_what_stands_in_the_way_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert written(tmp_path, "--region", "25")[0] == 2
    assert "Regionen 25 finns inte" in capsys.readouterr().err
    case = str(tmp_path / "fall.json")
    assert main(["value", case, "--draws", "64", "--out", str(tmp_path / "none" / "r.pdf")]) == 2
    assert "gick inte att skriva" in capsys.readouterr().err
    options = parser().parse_args(["value", case, "--draws", "64", "--out", "r.pdf"])
    assert value(options) == 2
    assert "ingen sättare" in capsys.readouterr().err
