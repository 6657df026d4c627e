"""Who reaches a page, and what someone else gets instead."""

import datetime as dt

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponse
from django.test import RequestFactory

from hemtag.organisations.access import ANYONE, SIGNED_IN, found, reachable
from hemtag.organisations.fields import InTheNameOf
from hemtag.organisations.models import Membership, Role
from hemtag.organisations.rules import (
    has_role_in,
    is_delegation,
    may_act_as,
    may_act_for,
    memberships_of,
    regions_of,
    roles_of,
    words,
)
from hemtag.refusals import NotAllowed


def page(*who):
    return reachable(*who)(lambda _request: HttpResponse("här"))


def ask(view, user, method="get"):
    request = getattr(RequestFactory(), method)("/sidan/?a=1")
    request.user = user
    return view(request)


# ---------------------------------------------------------------- pages


def test_anyone_reaches_an_open_page():
    for method in ("get", "post"):
        assert ask(page(ANYONE), AnonymousUser(), method).content == "här".encode()


@pytest.mark.parametrize("who", [(SIGNED_IN,), (Role.AUTHOR,)])
def test_nobody_is_sent_to_log_in_and_back(who):
    answer = ask(page(*who), AnonymousUser())
    assert answer.status_code == 302
    assert answer["Location"].endswith("?next=/sidan/%3Fa%3D1")


def test_a_role_opens_the_page_and_another_is_told_which(person):
    view = page(Role.AUTHOR, Role.ECONOMIST)
    assert ask(view, person(Role.AUTHOR, "14"), "post").status_code == 200
    with pytest.raises(NotAllowed, match="skribent eller ekonom"):
        ask(view, person(Role.CASE_OFFICER))
    assert ask(page(SIGNED_IN), person(Role.CASE_OFFICER)).status_code == 200


def test_an_auditor_reads_everything_and_writes_nothing(person):
    auditor = person(Role.AUDITOR)
    for view in (page(Role.AUTHOR), page(SIGNED_IN), page(Role.PAYMENTS_OFFICER)):
        assert ask(view, auditor).status_code == 200
        assert ask(view, auditor, "head").status_code == 200
        for method in ("post", "put", "delete", "patch"):
            with pytest.raises(NotAllowed, match="läser allt"):
                ask(view, auditor, method)


def test_an_auditor_who_also_holds_another_role_writes_nothing(person, regions):
    both = person(Role.AUDITOR)
    Membership.objects.create(person=both, organisation=regions["14"], role=Role.AUTHOR, starts_on=dt.date(2020, 1, 1))
    with pytest.raises(NotAllowed):
        ask(page(Role.AUTHOR), both, "post")


def test_a_page_without_a_rule_is_no_page():
    with pytest.raises(TypeError):
        reachable()


def test_the_rule_can_be_read_from_the_view():
    assert str(page(ANYONE).reach) == "alla"
    assert str(page(SIGNED_IN).reach) == "alla inloggade"
    assert str(page(Role.ECONOMIST, Role.AUTHOR).reach) == "author, economist"


def test_an_unknown_row_is_a_404():
    def query(person, key):
        if key == 1:
            return person
        raise ObjectDoesNotExist

    assert found(query, "någon", 1) == "någon"
    with pytest.raises(Http404):
        found(query, "någon", key=2)


# ---------------------------------------------------------------- roles


def test_a_role_lasts_from_its_first_to_its_last_day(person, regions):
    someone = person(Role.AUTHOR, "14")
    someone.memberships.update(starts_on=dt.date(2026, 5, 1), ends_on=dt.date(2026, 5, 31))
    held = {day: len(memberships_of(someone, dt.date(2026, *day))) for day in ((4, 30), (5, 1), (5, 31), (6, 1))}
    assert held == {(4, 30): 0, (5, 1): 1, (5, 31): 1, (6, 1): 0}


def test_one_who_has_left_holds_no_role(person):
    someone = person(Role.AUTHOR, "14")
    someone.is_active = False
    assert roles_of(someone) == set()
    assert roles_of(AnonymousUser()) == set()
    assert roles_of(None) == set()


def test_roles_are_read_once(person, django_assert_num_queries):
    someone = person(Role.AUTHOR, "14")
    with django_assert_num_queries(1):
        roles_of(someone)
        regions_of(someone)
        assert not is_delegation(someone)


def test_a_role_is_held_in_an_organisation(person, regions):
    someone = person(Role.AUTHOR, "14")
    assert has_role_in(someone, regions["14"], Role.AUTHOR)
    assert has_role_in(someone, regions["14"].pk, Role.AUTHOR, Role.ECONOMIST)
    assert not has_role_in(someone, regions["01"], Role.AUTHOR)
    assert not has_role_in(someone, regions["14"], Role.ECONOMIST)
    assert regions_of(someone) == [regions["14"]]
    assert regions_of(someone, Role.ECONOMIST) == []
    assert regions_of(person(Role.CASE_OFFICER)) == []


def test_a_refusal_says_which_role_and_where(person, regions):
    someone = person(Role.AUTHOR, "14")
    assert may_act_for(someone, regions["14"], Role.AUTHOR)
    verdict = may_act_for(someone, regions["01"], Role.REPRESENTATIVE, Role.ECONOMIST)
    assert not verdict
    assert verdict.reason == f"Det här kräver rollen behörig företrädare eller ekonom i {regions['01'].name}."
    assert may_act_as(someone, Role.CASE_OFFICER).reason == "Det här kräver rollen handläggare."
    assert words([]) == ""
    assert words([Role.AUTHOR, Role.ECONOMIST, Role.AUDITOR]) == "skribent, ekonom eller granskare"


# ---------------------------------------------------------------- in whose name


class Said(InTheNameOf):
    text = forms.CharField()


def test_one_region_is_not_asked_for(regions):
    form = Said(regions=[regions["14"]])
    assert form.fields["region"].widget.is_hidden
    assert form["region"].value() == "14"
    form = Said({"region": "14", "text": "x"}, regions=[regions["14"]])
    assert form.is_valid()
    assert form.cleaned_data["region"] == regions["14"]


def test_several_regions_are_a_choice(regions):
    form = Said(regions=[regions["14"], regions["01"]])
    assert not form.fields["region"].widget.is_hidden
    assert [code for code, _name in form.fields["region"].choices] == ["14", "01"]


@pytest.mark.parametrize("code", ["01", "", "<script>"])
def test_a_foreign_region_is_no_choice(regions, code):
    form = Said({"region": code, "text": "x"}, regions=[regions["14"]])
    assert not form.is_valid()
    assert list(form.errors) == ["region"]
