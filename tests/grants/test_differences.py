"""What differs between two contents: nothing that was changed is missed, and nothing else is told."""

from __future__ import annotations

import copy
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from hemtag.grants import sections
from hemtag.grants.differences import (
    ADDED,
    AMOUNT,
    REMOVED,
    ROW,
    SAME,
    TEXT,
    Change,
    Piece,
    SectionChanges,
    content_for,
    differences,
    pieces,
    totals,
)
from hemtag.grants.queries import content_of
from tests.grants.making import a_submission_that_holds


def block(number: int, title: str, **other: Any) -> dict[str, Any]:
    return {
        "number": number,
        "title": title,
        "purpose": "Vi löser köerna.",
        "activities": "Kartlägga\nÄndra",
        "obstacle": "",
        "needs": [],
        "costs": [cost()],
        "effects": [effect()],
        **other,
    }


def cost(**other: Any) -> dict[str, Any]:
    cell = {"region": "14", "year": 2027, "kind": "own_time", "requested_sek": 1_000_000, "cofinancing_sek": 200_000}
    return {**cell, **other}


def effect(**other: Any) -> dict[str, Any]:
    return {
        "kind": "fewer_resources",
        "horizon": "direct",
        "perspective": "region",
        "low_sek": 1_000_000,
        "likely_sek": 2_000_000,
        "high_sek": 4_000_000,
        "from_year": 2027,
        "to_year": 2031,
        "basis": "Räknat på timmar.",
        **other,
    }


def region(code: str, name: str, **other: Any) -> dict[str, Any]:
    return {
        "code": code,
        "name": name,
        "state": "confirmed",
        "decided_on": "2026-04-20",
        "body": "Regionstyrelsen",
        "paragraph": "§ 112",
        "minutes": {"name": "protokoll.pdf", "sha256": "a" * 64},
        "other_support": "none",
        "other_support_text": "",
        "confirmed_by": "Anna",
        "confirmed_at": "2026-05-04T09:00:00+00:00",
        **other,
    }


def content(**other: Any) -> dict[str, Any]:
    return {
        "number": "2026-001",
        "title": "En åtgärd",
        "summary": "Kort.",
        "description": "Vi gör det här i två steg.",
        "goals": "Kortare köer.",
        "measure_types": [{"code": "a", "name": "Digital vård"}],
        "plan_owner": "Direktören",
        "plan_budget": "Ryms i ramen.",
        "plan_lasting": "Ägare är utsedd.",
        "spreading": "Allt delas.",
        "is_invented": True,
        "measuring_points": [{"on": "2031-12-31", "indicator": "Timmar", "baseline": "0", "target": "100"}],
        "participants": [region("01", "Region Stockholm"), region("14", "Västra Götalandsregionen")],
        "blocks": [block(1, "Kartläggning"), block(2, "Införande", needs=[1])],
        "economic_analysis": "Ekonomin är ansträngd.",
        "development_needs": "Behoven är stora.",
        **other,
    }


def only(found: list[SectionChanges]) -> SectionChanges:
    assert len(found) == 1, [section.key for section in found]
    return found[0]


def test_the_same_content_differs_in_nothing() -> None:
    assert differences(content(), content()) == []


def test_a_text_is_told_word_by_word() -> None:
    section = only(differences(content(), content(description="Vi gör det här i tre lugna steg.")))
    assert section.key == sections.TEXT
    (change,) = section.changes
    assert (change.kind, change.label) == (TEXT, "Beskrivning")
    assert change.pieces == (
        Piece(SAME, "Vi gör det här i "),
        Piece(REMOVED, "två"),
        Piece(ADDED, "tre lugna"),
        Piece(SAME, " steg."),
    )
    assert change.words == (1, 2)


def test_the_common_texts_stand_in_their_own_section() -> None:
    section = only(differences(content(), content(development_needs="Behoven är små.")))
    assert (section.key, section.changes[0].label) == (sections.COMMON, "Områden med stora utvecklingsbehov")


def test_an_amount_is_told_per_cell_with_how_much_it_grew() -> None:
    after = content()
    after["blocks"][0]["costs"] = [cost(requested_sek=1_500_000), cost(year=2028, cofinancing_sek=0)]
    section = only(differences(content(), after))
    assert (section.key, section.title) == ("kostnader-1", "Kostnader i block 1. Kartläggning")
    told = [(change.kind, change.label, change.before, change.after, change.by) for change in section.changes]
    where = "Västra Götalandsregionen, Egen arbetstid"
    assert told == [
        (AMOUNT, f"{where}, 2027: sökt", 1_000_000, 1_500_000, 500_000),
        (AMOUNT, f"{where}, 2028: sökt", None, 1_000_000, 1_000_000),
    ]
    assert [(t.before, t.after, t.by) for t in totals(content(), after)] == [
        (2_000_000, 3_500_000, 1_500_000),
        (400_000, 400_000, 0),
    ]


def test_a_cell_of_nothing_is_the_same_as_no_cell() -> None:
    after = content()
    after["blocks"][0]["costs"].append(cost(year=2029, requested_sek=0, cofinancing_sek=0))
    assert differences(content(), after) == []


def test_hours_are_told_in_hours() -> None:
    before, after = content(), content()
    before["blocks"][0]["costs"] = [cost(hours=1000, hourly_cost_sek=600)]
    after["blocks"][0]["costs"] = [cost(hours=1200, hourly_cost_sek=600)]
    (change,) = only(differences(before, after)).changes
    assert (change.unit, change.before, change.after) == ("h", 1000, 1200)


def test_a_block_that_came_and_one_that_went() -> None:
    before = content(blocks=[block(1, "Kartläggning"), block(2, "Införande")])
    after = content(blocks=[block(1, "Kartläggning"), block(3, "Spridning")])
    found = {section.key: section for section in differences(before, after)}
    assert list(found) == ["block-2", "effekter-2", "kostnader-2", "block-3", "effekter-3", "kostnader-3"]
    gone, come = found["block-2"].rows[0], found["block-3"].rows[0]
    assert (gone.label, gone.before, gone.after, gone.is_removed) == ("Block", "Införande", "", True)
    assert (come.before, come.after, come.is_added) == ("", "Spridning", True)
    assert found["kostnader-3"].amounts[0].after == 1_000_000
    assert found["kostnader-2"].amounts[0].after is None


def test_a_block_that_is_needed_no_more() -> None:
    after = content(blocks=[block(1, "Kartläggning"), block(2, "Införande", needs=[])])
    (change,) = only(differences(content(), after)).changes
    assert (change.kind, change.label, change.before, change.after) == (ROW, "Behöver block", "1 Kartläggning", "")


def test_regions_that_came_went_and_decided_anew() -> None:
    after = content(
        participants=[
            region("14", "Västra Götalandsregionen", paragraph="§ 130"),
            region("12", "Region Skåne"),
        ]
    )
    found = {section.key: section for section in differences(content(), after)}
    assert list(found) == ["region-01", "region-12", "region-14"]
    assert found["region-01"].rows[0].before == "Region Stockholm"
    assert found["region-12"].rows[0].after == "Region Skåne"
    (change,) = found["region-14"].changes
    assert (change.label, change.before, change.after) == ("Paragraf", "§ 112", "§ 130")


def test_minutes_of_the_same_name_with_other_content_differ() -> None:
    newer = region("01", "Region Stockholm", minutes={"name": "protokoll.pdf", "sha256": "b" * 64})
    after = content(participants=[newer, region("14", "Västra Götalandsregionen")])
    (change,) = only(differences(content(), after)).changes
    assert (change.before, change.after) == ("protokoll.pdf (aaaaaaaaaaaa)", "protokoll.pdf (bbbbbbbbbbbb)")


def test_effects_are_paired_by_what_they_are() -> None:
    society = effect(perspective="society", likely_sek=3_000_000)
    before = content(blocks=[block(1, "Kartläggning", effects=[effect(), society])])
    after = content(
        blocks=[block(1, "Kartläggning", effects=[{**society, "to_year": 2033}, effect(likely_sek=2_500_000)])]
    )
    section = only(differences(before, after))
    assert section.key == "effekter-1"
    told = {(change.kind, change.label): (change.before, change.after) for change in section.changes}
    assert told == {
        (AMOUNT, "Regionen: Samma vård med mindre resurser, Direkt effekt, troligast"): (2_000_000, 2_500_000),
        (ROW, "Samhället: Samma vård med mindre resurser, Direkt effekt, år"): ("2027–2031", "2027–2033"),
    }


def test_an_effect_that_came_is_told_with_its_amounts_and_its_ground() -> None:
    after = content(
        blocks=[block(1, "Kartläggning", effects=[effect(), effect(horizon="long_term")]), content()["blocks"][1]]
    )
    section = only(differences(content(), after))
    assert [change.kind for change in section.changes] == [ROW, AMOUNT, AMOUNT, AMOUNT, ROW, TEXT]
    assert all(change.is_added for change in section.changes)


def test_measuring_points_are_paired_by_what_is_measured() -> None:
    after = content(
        measuring_points=[
            {"on": "2032-12-31", "indicator": "Timmar", "baseline": "0", "target": "100"},
            {"on": "2032-12-31", "indicator": "Köer", "baseline": "", "target": "5 dagar"},
        ]
    )
    moved, new = only(differences(content(), after)).changes
    assert (moved.before, moved.after) == (
        "2031-12-31: Timmar, utgångsvärde 0, mål 100",
        "2032-12-31: Timmar, utgångsvärde 0, mål 100",
    )
    assert (new.before, new.after) == ("", "2032-12-31: Köer, mål 5 dagar")


def test_one_application_of_a_whole_form() -> None:
    form = {"economic_analysis": "E", "development_needs": "B", "applications": [{"number": "2026-001", "title": "T"}]}
    assert content_for(form, "2026-001") == {
        "number": "2026-001",
        "title": "T",
        "economic_analysis": "E",
        "development_needs": "B",
    }
    with pytest.raises(KeyError):
        content_for(form, "2026-002")


# Nothing is missed ---------------------------------------------------------------------------------------

# What a difference in is not told by itself: what a row is, and what follows from another row of the content.
# The hash of what a region signed follows from who signed and when, which is told.
IDENTITY = {"number", "code", "is_invented", "signed_sha256"}


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path to every plain value."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from leaves(inner, (*path, place))
    else:
        yield path


def changed(value: Any, path: tuple[Any, ...]) -> Any:
    """A copy with the value at the path made another one of its kind."""
    made = copy.deepcopy(value)
    place = made
    for step in path[:-1]:
        place = place[step]
    old = place[path[-1]]
    others = {"own_time": "other", "fewer_resources": "more_care", "direct": "long_term", "region": "society"}
    others |= {"confirmed": "invited", "none": "some", "2031-12-31": "2030-12-31"}
    if isinstance(old, bool):
        place[path[-1]] = not old
    elif isinstance(old, int):
        place[path[-1]] = old + 1
    elif path[-1] == "sha256":
        place[path[-1]] = "f" * 64
    elif path[-1] == "confirmed_at":
        place[path[-1]] = "2026-05-04T09:00:01+00:00"
    elif path[-1] == "obstacle":
        place[path[-1]] = "data"
    else:
        place[path[-1]] = others.get(old or "", f"{old or ''} ändrat")
    return made


@pytest.mark.django_db
@pytest.mark.urls("hemtag.grants.urls")
def test_a_change_of_any_value_that_is_handed_in_is_told() -> None:
    whole = content_of(a_submission_that_holds())
    before = content_for(whole, whole["applications"][0]["number"])
    paths = [path for path in leaves(before) if path[-1] not in IDENTITY and path[0] != "number"]
    # The name of a region and of a measure type belong to the reference data; a new name is not the applicant's.
    paths = [path for path in paths if not (path[0] == "participants" and path[-1] == "name")]
    assert len(paths) > 40
    untold = [path for path in paths if not differences(before, changed(before, path))]
    assert untold == []


WORDS = st.text(alphabet="abcåäö ,.\n", max_size=60)


@given(WORDS, WORDS)
def test_the_pieces_spell_both_texts(before: str, after: str) -> None:
    found = pieces(before, after)
    assert "".join(piece.text for piece in found if piece.kind != ADDED) == before
    assert "".join(piece.text for piece in found if piece.kind != REMOVED) == after
    assert all(piece.text for piece in found)
    if before == after:
        assert all(piece.kind == SAME for piece in found)


def test_two_long_texts_without_a_word_in_common_are_compared_in_no_time() -> None:
    before = " ".join(f"ord{n} och" for n in range(1_800))
    after = " ".join(f"annat{n} och" for n in range(1_800))
    started = time.perf_counter()
    found = pieces(before, after)
    assert time.perf_counter() - started < 5
    assert "".join(piece.text for piece in found if piece.kind != REMOVED) == after


# Read ----------------------------------------------------------------------------------------------------


def shown(before: dict[str, Any], after: dict[str, Any]) -> str:
    known = {"differences": differences(before, after), "totals": totals(before, after)}
    return render_to_string("grants/_differences.html", known)


def test_the_page_says_in_words_and_signs_what_went_and_came() -> None:
    page = shown(content(), content(description="Vi gör det här i tre steg."))
    assert '<del><span aria-hidden="true">[−</span><span class="sr-only">borttaget: </span>två' in page
    assert '<ins><span aria-hidden="true">[+</span><span class="sr-only">tillagt: </span>tre' in page
    assert "Åtgärdens texter och plan" in page


def test_a_text_is_no_markup() -> None:
    page = shown(content(), content(goals="<script>x</script>", title="<b>T</b>"))
    assert "<script>" not in page
    assert "<b>" not in page


def test_what_is_the_same_is_said_in_a_sentence() -> None:
    assert "Inget skiljer mellan de två versionerna." in shown(content(), content())


def test_what_stayed_in_a_long_text_is_cut_between_words() -> None:
    long = "Detta stycke är oförändrat och mycket långt. " * 30
    change = Change(TEXT, "Text", long + "före", long + "efter", pieces(long + "före", long + "efter"))
    first = change.shortened[0].text
    assert first.startswith("[…] ")
    assert first.endswith("långt. ")
    assert len(first) < 200
