"""What pages are built of: numbers, dates, states, forms, errors, and the frame around every page."""

import datetime as dt
import importlib
import pkgutil
import re
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django import forms
from django.core.paginator import Paginator
from django.db.models import TextChoices
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.utils import translation

import hemtag
from hemtag.organisations.fields import DateField, MoneyField
from hemtag.refusals import Problem
from hemtag.web.templatetags import hemtag as tags

ROOT = Path(__file__).parents[2]
THIN, HARD = "\u202f", "\u00a0"


def drawn(source: str, **context: object) -> str:
    return Template("{% load hemtag i18n %}" + source).render(Context(context)).strip()


class Elements(HTMLParser):
    """Every start tag with its attributes, in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def of(self, name: str) -> list[dict[str, str | None]]:
        return [attrs for tag, attrs in self.found if tag == name]

    def ids(self) -> list[str]:
        return [attrs["id"] or "" for _tag, attrs in self.found if "id" in attrs]


# Numbers and dates ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "value", "swedish", "english"),
    [
        ("kronor", 28_000_000, f"28{THIN}000{THIN}000{HARD}kr", f"SEK{HARD}28,000,000"),
        ("kronor", -1_234, f"\u22121{THIN}234{HARD}kr", f"SEK{HARD}\u22121,234"),
        ("kronor", 0, f"0{HARD}kr", f"SEK{HARD}0"),
        ("kronor", None, "–", "–"),
        ("kronor", "", "–", "–"),
        ("mkr", 28_000_000, f"28,0{HARD}Mkr", f"SEK{HARD}28.0 million"),
        ("mkr", 1_250_000_000, f"1{THIN}250,0{HARD}Mkr", f"SEK{HARD}1,250.0 million"),
        ("mkr", 50_000, f"0,1{HARD}Mkr", f"SEK{HARD}0.1 million"),
        ("mkr", -40_000, f"0,0{HARD}Mkr", f"SEK{HARD}0.0 million"),
        ("mkr:2", 28_125_000, f"28,13{HARD}Mkr", f"SEK{HARD}28.13 million"),
        ("tkr", 28_000_500, f"28{THIN}001{HARD}tkr", f"SEK{HARD}28,001 thousand"),
        ("heltal", 28_000, f"28{THIN}000", "28,000"),
        ("tal", Decimal("3.25"), "3,3", "3.3"),
        ("procent", 0.5, f"50{HARD}%", "50%"),
        ("procent:1", 0.125, f"12,5{HARD}%", "12.5%"),
    ],
)
def test_numbers_are_written_in_the_language_of_the_page(
    source: str, value: object, swedish: str, english: str
) -> None:
    assert drawn("{{ value|" + source + " }}", value=value) == swedish
    with translation.override("en"):
        assert drawn("{{ value|" + source + " }}", value=value) == english


def test_money_in_pages_and_in_plain_text_agree() -> None:
    for amount in (0, 999, 1_000, 28_000_000, -5_000, 10**12):
        assert tags.kronor(amount) == hemtag.money.kronor(amount)
        assert tags.mkr(amount) == hemtag.money.mkr(amount)
        with translation.override("en"):
            assert tags.kronor(amount) == hemtag.money.kronor(amount)
            assert tags.mkr(amount) == hemtag.money.mkr(amount)


def test_a_moment_is_the_day_and_hour_it_is_in_stockholm() -> None:
    late = dt.datetime(2026, 6, 14, 22, 30, tzinfo=dt.UTC)
    assert drawn("{{ m|datum }}", m=late) == "15 juni 2026"
    assert drawn("{{ m|tid }}", m=late) == "15 juni 2026 kl. 00.30"
    winter = dt.datetime(2026, 12, 31, 23, 0, tzinfo=dt.UTC)
    assert drawn("{{ m|datum }}", m=winter) == "1 januari 2027"


def test_dates_without_time_and_missing_dates() -> None:
    assert drawn("{{ d|datum }}", d=dt.date(2026, 4, 1)) == "1 april 2026"
    assert drawn("{{ d|datum }}{{ d|tid }}", d=None) == "––"
    with translation.override("en"):
        assert drawn("{{ d|datum }}", d=dt.date(2026, 5, 1)) == "1 May 2026"


# States and the process ----------------------------------------------------------------------------------


def states_of_the_house() -> list[TextChoices]:
    found = []
    for module in pkgutil.walk_packages(hemtag.__path__, "hemtag."):
        if not module.name.endswith(".models"):
            continue
        for name, kind in vars(importlib.import_module(module.name)).items():
            is_state = name.endswith("State") or name in {"Stage", "EligibilityVerdict", "ReuseKind"}
            if is_state and isinstance(kind, type) and issubclass(kind, TextChoices):
                found += list(kind)
    return found


def test_every_state_in_every_room_has_its_look() -> None:
    states = states_of_the_house()
    assert len(states) > 20
    without = {f"{type(state).__name__}.{state.name}" for state in states if state.value not in tags.KIND_OF_STATE}
    assert without == set()


def test_a_state_is_a_word_with_a_mark_of_its_own_shape() -> None:
    marks = set()
    for kind in tags.KINDS:
        html = drawn("{% state 'x' 'Ordet' kind %}", kind=kind)
        assert html.endswith("Ordet</span>")
        marks.add(re.search(r"<svg.*</svg>", html)[0])  # type: ignore[index]
    assert len(marks) == len(tags.KINDS)


def test_a_state_takes_the_word_of_the_object_and_of_the_enum() -> None:
    class Word(TextChoices):
        PAID = "paid", "Utbetald"

    class Payment:
        state = "paid"

        def get_state_display(self) -> str:
            return "Utbetald i juni"

    assert "Utbetald i juni</span>" in drawn("{% state payment %}", payment=Payment())
    html = drawn("{% state word %}", word=Word.PAID)
    assert "Utbetald</span>" in html
    assert 'data-color="success"' in html


def test_a_state_escapes_what_people_wrote() -> None:
    assert "<b>" not in drawn("{% state '<b>' label %}", label="<b>x</b>")


def test_the_process_names_where_one_is_once() -> None:
    html = drawn("{% process 'beslut' %}")
    steps = Elements(html).of("li")
    assert len(steps) == 8
    assert [i for i, step in enumerate(steps) if step.get("aria-current") == "step"] == [5]
    assert [i for i, step in enumerate(steps) if step.get("class") == "done"] == [0, 1, 2, 3, 4]
    assert "Steg 6 av 8" in html


def test_an_unknown_step_of_the_process_is_a_fault_of_the_page() -> None:
    with pytest.raises(TemplateSyntaxError, match="effekt"):
        drawn("{% process 'sent' %}")


# Forms ---------------------------------------------------------------------------------------------------


class Everything(forms.Form):
    title = forms.CharField(label="Rubrik", help_text="En <mening>.")
    note = forms.CharField(label="Anteckning", required=False, widget=forms.Textarea)
    cost = MoneyField(label="Kostnad")
    day = DateField(label="Dag")
    kind = forms.ChoiceField(label="Slag", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    tags = forms.MultipleChoiceField(
        label="Berör", choices=[("a", "A")], required=False, widget=forms.CheckboxSelectMultiple
    )
    region = forms.ChoiceField(label="Region", choices=[("1", "Ett")])
    file = forms.FileField(label="Fil")
    agreed = forms.BooleanField(label="Jag intygar")
    secret = forms.CharField(widget=forms.HiddenInput)


def inputs(html: str) -> list[dict[str, str | None]]:
    elements = Elements(html)
    return [attrs for name in ("input", "textarea", "select") for attrs in elements.of(name)]


def test_every_input_has_a_label_and_the_look() -> None:
    html = str(Everything().as_div())
    labels = {attrs["for"] for attrs in Elements(html).of("label")}
    for attrs in inputs(html):
        if attrs.get("type") == "hidden":
            continue
        assert attrs["id"] in labels, attrs
        assert "ds-input" in (attrs["class"] or ""), attrs


def test_ids_are_unique_and_every_description_exists() -> None:
    for form in (Everything(), Everything({})):
        html = str(form.as_div())
        elements = Elements(html)
        assert len(elements.ids()) == len(set(elements.ids()))
        for _tag, attrs in elements.found:
            for reference in (attrs.get("aria-describedby") or "").split():
                assert reference in elements.ids()


def test_a_wrong_field_says_so_to_eyes_and_ears() -> None:
    html = str(Everything({"cost": "mycket"})["cost"].as_field_group())
    field = inputs(html)[0]
    assert field["aria-invalid"] == "true"
    assert field["aria-describedby"] == "id_cost_error"
    assert field["value"] == "mycket"
    assert "Skriv hela kronor" in html


def test_a_group_of_choices_is_a_fieldset_that_names_its_error() -> None:
    html = str(Everything({})["kind"].as_field_group())
    assert Elements(html).of("fieldset")[0]["aria-describedby"] == "id_kind_error"
    assert "<legend>Slag</legend>" in html


def test_optional_is_said_in_words_and_required_is_not_starred() -> None:
    html = str(Everything().as_div())
    assert "*" not in html
    assert re.search(r"Anteckning <span[^>]*>\(frivilligt\)", html)
    assert "Rubrik <span" not in html


def test_help_is_escaped() -> None:
    assert "En &lt;mening&gt;." in str(Everything()["title"].as_field_group())


def test_money_is_grouped_and_followed_by_its_unit() -> None:
    html = str(Everything(initial={"cost": 28_000_000})["cost"].as_field_group())
    assert f'value="28{THIN}000{THIN}000"' in html
    assert 'inputmode="numeric"' in html
    assert ">kr</span>" in html


def test_the_summary_leads_to_every_wrong_field() -> None:
    form = Everything({"title": "<script>"})
    html = drawn("{% error_summary form %}", form=form)
    ids = Elements(str(form.as_div())).ids()
    links = [attrs["href"] for attrs in Elements(html).of("a")]
    assert "#id_kind_0" in links
    assert links
    assert all(link and link.startswith("#") and link[1:] in ids for link in links)
    assert "saker att rätta" in html


def test_the_summary_is_silent_when_nothing_is_wrong() -> None:
    assert drawn("{% error_summary form %}", form=Everything()) == ""
    assert drawn("{% error_summary form %}", form=None) == ""


def test_the_summary_reads_formsets_and_errors_of_the_whole_form() -> None:
    class Row(forms.Form):
        hours = forms.IntegerField(label="Timmar")

    rows = forms.formset_factory(Row, extra=0, min_num=2, validate_min=True)(
        {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0", "form-0-hours": "1", "form-1-hours": "x"}
    )
    form = Everything({})
    form.add_error(None, "Summan stämmer inte.")
    html = drawn("{% error_summary form rows %}", form=form, rows=rows)
    assert "#id_form-1-hours" in html
    assert "#id_form-0-hours" not in html
    assert "<li>Summan stämmer inte.</li>" in html


def test_problems_say_where_they_are_mended() -> None:
    html = drawn(
        "{% problem_list problems holds %}",
        problems=[Problem("Beslut saknas <här>.", link="/ansokningar/1/beslut/"), Problem("Utan länk.")],
        holds=["Summan stämmer."],
    )
    assert "Beslut saknas &lt;här&gt;." in html
    assert [attrs["href"] for attrs in Elements(html).of("a")] == ["/ansokningar/1/beslut/"]
    assert html.count('class="holds"') == 1


# Blocks and pictures -------------------------------------------------------------------------------------

YEAR = {"year": 2026, "frame": 200, "committed": 50, "chosen": 100}


def widths(html: str, name: str) -> list[float]:
    return [
        float((attrs["width"] or "").rstrip("%"))
        for attrs in Elements(html).of("rect")
        if attrs["class"] == name and (attrs["width"] or "").endswith("%")
    ]


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_bars_are_in_proportion_in_either_language(language: str) -> None:
    with translation.override(language):
        html = drawn("{% year_bars rows %}", rows=[YEAR])
    assert widths(html, "bar-frame") == [100.0]
    assert widths(html, "bar-committed") == [25.0]
    assert widths(html, "bar-chosen") == [50.0]
    assert widths(html, "bar-over") == []


def test_a_year_over_its_frame_is_said_and_shown() -> None:
    html = drawn("{% year_bars rows %}", rows=[{**YEAR, "chosen": 200_000_150}])
    assert len(widths(html, "bar-over")) == 1
    assert "över ramen" in html


def test_no_rows_and_no_money_draw_nothing_wrong() -> None:
    assert "NaN" not in drawn("{% year_bars rows %}", rows=[])
    assert widths(drawn("{% year_bars rows %}", rows=[{"year": 2030}]), "bar-frame") == [0.0]


def test_a_block_keeps_its_content_and_escapes_what_is_put_in() -> None:
    html = drawn(
        "{% next_step title '/x/' label %}<p>{{ said }}</p>{% endnext_step %}", title="<T>", label="Gå", said="<i>"
    )
    assert "<p>&lt;i&gt;</p>" in html
    assert "&lt;T&gt;" in html
    assert '<a class="ds-button" href="/x/">Gå</a>' in html


def test_a_wide_table_scrolls_in_a_named_place_that_the_keyboard_reaches() -> None:
    html = drawn("{% table_scroll 'Ansökningar' %}<table></table>{% endtable_scroll %}")
    frame = Elements(html).of("div")[0]
    assert (frame["tabindex"], frame["role"], frame["aria-label"]) == ("0", "region", "Ansökningar")


def test_crumbs_end_with_this_page() -> None:
    html = drawn("{% crumbs '/' 'Start' '/om/' 'Om' 'Här' %}")
    assert [attrs["href"] for attrs in Elements(html).of("a")] == ["/", "/om/"]
    assert '<li aria-current="page">Här</li>' in html


def test_pages_of_a_list_keep_the_filter() -> None:
    request = RequestFactory().get("/ansokningar/", {"q": "å & ä", "sida": "2"})
    html = drawn("{% pages page %}", request=request, page=Paginator(range(30), 10).page(2))
    links = [attrs["href"] for attrs in Elements(html).of("a")]
    assert links == ["?q=%C3%A5+%26+%C3%A4&sida=1", "?q=%C3%A5+%26+%C3%A4&sida=3"]


# The whole page ------------------------------------------------------------------------------------------


@pytest.fixture
def style_page(client, db) -> str:
    answer = client.get("/om/stilguide/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_style_page_shows_every_tag(style_page: str) -> None:
    source = (ROOT / "templates/web/stilguide.html").read_text(encoding="utf-8")
    missing = [name for name in tags.register.tags if not name.startswith("end") and f"% {name} " not in source]
    assert missing == []


def test_no_page_has_anything_inline(style_page: str) -> None:
    for tag, attrs in Elements(style_page).found:
        assert not [name for name in attrs if name == "style" or name.startswith("on")], (tag, attrs)
        assert tag != "style"
        assert tag != "script" or (attrs.get("src") or "").startswith("/static/")


def test_templates_hold_nothing_inline_and_ask_no_other_host() -> None:
    for path in sorted((ROOT / "templates").rglob("*.html")):
        for tag, attrs in Elements(path.read_text(encoding="utf-8")).found:
            names = [name for name in attrs if name == "style" or re.fullmatch(r"on[a-z]+", name)]
            assert not names, (path, tag, names)
            for name in ("src", "srcset", "action"):
                assert not (attrs.get(name) or "").startswith(("http:", "https:", "//")), (path, tag, attrs)


def test_the_page_has_one_heading_and_a_way_past_the_menu(style_page: str) -> None:
    elements = Elements(style_page)
    assert len(elements.of("h1")) == 1
    assert elements.of("a")[0]["href"] == "#innehall"
    assert elements.of("main")[0]["id"] == "innehall"
    assert elements.of("html")[0]["lang"] == "sv"


def test_every_table_has_a_caption_and_every_head_its_scope(style_page: str) -> None:
    elements = Elements(style_page)
    assert len(elements.of("caption")) == len(elements.of("table"))
    assert all(attrs.get("scope") in {"col", "row"} for attrs in elements.of("th"))


@pytest.mark.parametrize("name", ["403", "403_csrf", "404", "409", "413", "422", "500"])
def test_refusals_are_pages_that_say_what_happened(name: str, rf: RequestFactory, db) -> None:
    from django.contrib.auth.models import AnonymousUser
    from django.shortcuts import render

    request = rf.get("/")
    request.user = AnonymousUser()
    context = {"reason": "Bara <företrädaren> får.", "problems": [Problem("Beslut saknas.")]}
    html = render(request, f"{name}.html", context).content.decode()
    assert len(Elements(html).of("h1")) == 1
    assert "Hemtag" in html
    assert "<företrädaren>" not in html


# Static files --------------------------------------------------------------------------------------------


def test_styles_are_light_and_ask_no_other_host() -> None:
    import gzip

    files = [*(ROOT / "static").glob("*.css"), *(ROOT / "static/vendor").rglob("*.css")]
    assert sum(len(gzip.compress(path.read_bytes())) for path in files) < 30_000
    for path in files:
        text = path.read_text(encoding="utf-8")
        assert "@import" not in text
        assert "sourceMappingURL" not in text
        assert not re.search(r"url\(\s*(?![\"']?data:)", text), path


def test_the_theme_gives_every_variable_that_the_vendored_styles_read() -> None:
    vendored = (ROOT / "static/vendor/designsystemet/designsystemet.css").read_text(encoding="utf-8")
    own = (ROOT / "static/theme.css").read_text(encoding="utf-8")
    given = set(re.findall(r"(--ds-[a-z0-9-]+)\s*:", vendored + own))
    read = set(re.findall(r"var\((--ds-[a-z0-9-]+)", vendored))
    # Sizes of text that Designsystemet offers by data-size and Hemtag does not use.
    unused = {
        name
        for name in read - given
        if re.match(r"--ds-(heading|body)-\w+-(font-weight|line-height|letter-spacing)", name)
    }
    assert read - given - unused == set()


def test_a_large_figure_wraps_between_words_and_never_within_one() -> None:
    with translation.override("en"):
        shown = drawn('{% figure "Grant" 744600000|mkr %}')
    assert '<dd class="value">SEK 744.6 million</dd>' in shown
    css = (ROOT / "static" / "components.css").read_text(encoding="utf-8")
    rule = css.split(".figure .value {")[1].split("}")[0]
    assert "overflow-wrap: normal" in rule
