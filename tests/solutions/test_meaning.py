"""Likeness in meaning beside the words: off unless a model is named, never in the words' way, never beyond what one may see."""

import socket
import sys

import numpy as np
import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import settings as trying
from hypothesis import strategies as st

from hemtag.organisations.models import Role
from hemtag.solutions import searching, system_checks
from hemtag.solutions.models import SearchPosting, Solution, SolutionState
from hemtag.solutions.search import finding, indexing, meaning, ranking

# ---------------------------------------------------------------- fusion, without a database

scores = st.lists(st.sampled_from([0.0, 0.0, 0.1, 0.45, 0.5, 0.9, 1.0]), min_size=1, max_size=60)


def as_scores(row):
    return np.array(row, np.float32)


@trying(max_examples=40)
@given(st.data(), scores)
def test_what_words_have_found_is_never_lost_and_never_counts_less(data, words):
    by_words = as_scores(words)
    by_meaning = as_scores(data.draw(st.lists(st.floats(0, 1, width=32), min_size=len(words), max_size=len(words))))
    mixed = ranking.mixed(by_words, by_meaning)
    assert np.all(mixed >= by_words)
    assert set(np.flatnonzero(mixed)) == set(np.flatnonzero(by_words)) | set(np.flatnonzero(by_meaning))
    assert np.array_equal(ranking.mixed(by_words, np.zeros_like(by_words)), by_words)


@trying(max_examples=40)
@given(st.data(), scores)
def test_the_order_of_the_rows_does_not_matter(data, words):
    size = len(words)
    by_words, by_meaning = as_scores(words), as_scores(data.draw(st.permutations(words)))
    turned = np.array(data.draw(st.permutations(range(size))))
    assert np.array_equal(
        ranking.mixed(by_words, by_meaning)[turned], ranking.mixed(by_words[turned], by_meaning[turned])
    )
    assert set(turned[meaning.nearest(by_meaning[turned])]) == set(meaning.nearest(by_meaning))


def test_the_best_hit_as_written_stands_before_all_that_is_only_meant():
    as_written = as_scores([1, 0, 0])
    by_words = ranking.fused([(as_written, 1), (as_written, 1)], 3)
    mixed = ranking.mixed(by_words, as_scores([0, 0.99, 0.98]))
    assert mixed[0] > mixed[1] > mixed[2] > 0


@trying(max_examples=60)
@given(st.lists(st.floats(-1, 1, width=32), max_size=80))
def test_few_are_near_and_all_of_them_clearly(row):
    likeness = as_scores(row)
    near = set(meaning.nearest(likeness))
    rounded = np.round(likeness, 4)
    assert all(rounded[at] >= meaning.LEAST and rounded[at] >= meaning.SHARE * rounded.max() for at in near)
    left = [rounded[at] for at in range(len(row)) if at not in near]
    assert not near or not left or max(left) < min(rounded[at] for at in near)
    assert len(near) <= meaning.NEAREST or len({float(rounded[at]) for at in near}) < len(near)


def test_a_row_that_says_nothing_stays_empty_and_is_near_nothing():
    rows = meaning.unit(np.array([[3, 4], [0, 0], [np.nan, np.inf]]))
    assert rows.tolist() == [[pytest.approx(0.6), pytest.approx(0.8)], [0, 0], [0, 0]]
    assert meaning.nearest(rows @ np.zeros(2, np.float32)).tolist() == []
    assert meaning.nearest(np.zeros(0, np.float32)).tolist() == []


# ---------------------------------------------------------------- off


@pytest.mark.django_db
def test_when_no_model_is_named_nothing_is_read_or_written_for_it(make, person, settings, monkeypatch):
    def never(*_args, **_kwargs):
        raise AssertionError("asked for")

    assert settings.MEANING_MODEL == ""
    for name in ("loaded", "import_module", "find_spec", "near", "_vectors", "Model"):
        monkeypatch.setattr(meaning, name, never)
    with CaptureQueriesContext(connection) as caught:
        indexing.index(make())
        call_command("reindex")
        assert [hit.solution.slug for hit in searching.similar(person(Role.AUTHOR, "12"), "digital tolk")] == ["tolk"]
        assert len(searching.search(None, "tolk", {}).hits) == 1
    assert not any(f"'{meaning.MEANING}'" in query["sql"] for query in caught)
    assert not SearchPosting.objects.filter(space=meaning.MEANING).exists()
    assert meaning.PACKAGE not in sys.modules
    assert system_checks.model_of_meaning_can_be_used() == []


# ---------------------------------------------------------------- the check


@pytest.fixture
def folder(tmp_path):
    for name in meaning.FILES:
        (tmp_path / name).write_text("{}")
    return tmp_path


@pytest.fixture(autouse=True)
def nothing_read(monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "")  # so that what reading a model sets is taken back
    loaded = meaning.loaded
    loaded.cache_clear()
    yield
    loaded.cache_clear()


def said(settings, where):
    settings.MEANING_MODEL = str(where)
    faults = system_checks.model_of_meaning_can_be_used()
    assert all(fault.id == "hemtag.E004" and fault.is_serious() and fault.hint for fault in faults)
    return " ".join(f"{fault.msg} {fault.hint}" for fault in faults)


@pytest.mark.parametrize(
    "name", ["minishlab/potion-base-8M", "https://example.org/model", "no-such-folder", "/no/such"]
)
def test_a_name_that_would_have_to_be_fetched_is_refused(settings, name):
    assert "nothing is fetched" in said(settings, name)


def test_a_relative_folder_is_refused_even_when_it_is_there(settings, folder, monkeypatch):
    monkeypatch.chdir(folder.parent)
    assert "full path" in said(settings, folder.name)


def test_the_check_says_what_is_missing(settings, folder, monkeypatch):
    monkeypatch.setattr(meaning, "find_spec", lambda _name: None)
    assert "uv sync --locked --no-dev --inexact --extra meaning" in said(settings, folder)
    monkeypatch.setattr(meaning, "find_spec", lambda _name: object())
    assert said(settings, folder) == ""
    (folder / "tokenizer.json").unlink()
    assert "tokenizer.json is missing" in said(settings, folder)


@pytest.mark.django_db
@pytest.mark.parametrize("fault", ["hub", "package", "broken"])
def test_with_a_model_that_cannot_be_used_words_alone_are_searched(make, settings, folder, monkeypatch, caplog, fault):
    class Broken:
        class StaticModel:
            @staticmethod
            def from_pretrained(_where):
                raise ValueError("not a model")

    settings.MEANING_MODEL = "some/name" if fault == "hub" else str(folder)
    monkeypatch.setattr(meaning, "find_spec", lambda _name: None if fault == "package" else object())
    monkeypatch.setattr(meaning, "import_module", lambda _name: Broken)
    indexing.index(make())
    for _again in range(2):
        assert [hit.solution.slug for hit in searching.similar(None, "digital tolk")] == ["tolk"]
    assert [record.message.endswith("by words alone.") for record in caplog.records] == [True]
    assert not SearchPosting.objects.filter(space=meaning.MEANING).exists()


# ---------------------------------------------------------------- on

ABOUT = {"kallelse": 0, "inbjudan": 0, "sms": 0, "trycksår": 1, "madrass": 1, "liggsår": 1}


class ByTopic:
    """As small a model as there can be: each known word is one of two topics."""

    def encode(self, texts, /):
        rows = np.zeros((len(texts), 2), np.float32)
        for at, text in enumerate(texts):
            for word in text.lower().replace(".", " ").split():
                if word in ABOUT:
                    rows[at, ABOUT[word]] += 1
        return rows


@pytest.fixture
def on(settings, monkeypatch):
    """`on(name)`: a model is in force."""

    def use(name="topics"):
        settings.MEANING_MODEL = "/a/model"
        monkeypatch.setattr(meaning, "loaded", lambda _where: meaning.Model(name, ByTopic()))

    return use


def found(text, person=None):
    return [hit.solution.slug for hit in searching.similar(person, text)]


@pytest.fixture
def two(make):
    values = {"summary": "Prövas.", "specialty": "alla"}
    return make("sms", title="Sms i stället för brev", problem="Många uteblir.", **values), make(
        "bädd", title="Madrass med larm", problem="Skador hos sängliggande.", **values
    )


@pytest.mark.django_db
def test_what_means_the_same_in_other_words_is_found_and_words_stay_first(two, make, on):
    make("inbjudan", title="Inbjudan att lämna blod", problem="Lagren sinar.", summary="Ring.")
    call_command("reindex")
    assert found("inbjudan till besök") == ["inbjudan"]
    on()
    assert found("inbjudan till besök") == ["inbjudan"]  # the model is named, but nothing is written by it yet
    call_command("reindex")
    assert found("inbjudan till besök") == ["inbjudan", "sms"]
    assert found("liggsår") == ["bädd"]
    assert found("zebra") == []
    result = searching.search(None, "inbjudan", {})
    assert [hit.solution.slug for hit in result.hits[0:9]] == ["inbjudan", "sms"]
    assert sum(choice.number for choice in result.choices["slag"]) == 2
    assert [hit.solution.slug for hit in searching.search(None, "inbjudan", {"omrade": "alla"}).hits[0:9]] == ["sms"]


@pytest.mark.django_db
def test_vectors_follow_a_solution_that_changes_as_the_index_made_anew_has_them(two, on):
    on()
    for row in two:
        indexing.index(row)
    assert found("liggsår") == ["bädd"]
    row = two[1]
    row.title, row.problem = "Kallelse i rätt tid", "Ingen kommer."
    row.save()
    indexing.index(row)
    assert found("liggsår") == []
    assert set(found("inbjudan")) == {"bädd", "sms"}
    held = list(SearchPosting.objects.filter(space=meaning.MEANING).values_list("term", "block", "places", "weights"))
    indexing.reindex()
    assert held == list(
        SearchPosting.objects.filter(space=meaning.MEANING).values_list("term", "block", "places", "weights")
    )
    row.title = "Ingenting"
    row.save()
    indexing.index(row)
    assert found("inbjudan") == ["sms"]


@pytest.mark.django_db
def test_another_model_is_never_compared_with_what_the_first_has_written(two, on, caplog):
    on("one")
    indexing.reindex()
    assert found("liggsår") == ["bädd"]
    on("two")
    assert found("liggsår") == []
    assert "run manage.py reindex" in caplog.text
    indexing.reindex()
    assert found("liggsår") == ["bädd"]
    assert set(SearchPosting.objects.filter(space=meaning.MEANING).values_list("term", flat=True)) == {"two"}


@pytest.mark.django_db
def test_what_is_hidden_is_not_found_by_meaning_and_takes_no_place(make, on, person):
    on()
    make("half", title="Inbjudan på madrass", problem="x", summary="y")
    hidden = {f"nej-{number}" for number in range(3)}
    for slug in hidden:
        make(slug, title="Madrass", problem="x", summary="y", state=SolutionState.DECLINED)
    indexing.reindex()
    assert found("liggsår") == found("liggsår", person(Role.AUTHOR, "12")) == ["half"]
    for sees_them in (person(Role.AUTHOR, "14"), person(Role.AUDITOR)):
        assert set(found("liggsår", sees_them)) == hidden  # beside these, the half one is not like it


@pytest.mark.django_db
def test_vectors_are_read_once_while_nothing_changes(two, on):
    on()
    indexing.reindex()

    def reads():
        with CaptureQueriesContext(connection) as caught:
            found("liggsår")
        return sum(f"'{meaning.MEANING}'" in query["sql"] for query in caught)

    assert [reads(), reads()] == [1, 0]
    indexing.index(two[0])
    assert [reads(), reads()] == [1, 0]


@pytest.mark.django_db
def test_ever_so_long_a_text_is_read_to_its_first_letters(two, on, monkeypatch):
    on()
    indexing.reindex()
    asked = []
    monkeypatch.setattr(ByTopic, "encode", lambda _self, texts: asked.extend(texts) or np.zeros((len(texts), 2)))
    found("liggsår " * 5_000)
    assert [len(text) for text in asked] == [finding.MOST_LETTERS]


@pytest.mark.django_db
def test_a_real_model_from_a_folder_without_a_network(two, settings, tmp_path, monkeypatch):
    model2vec = pytest.importorskip("model2vec", reason="the extra meaning is not installed: uv sync --extra meaning")
    from tokenizers import Tokenizer, models, pre_tokenizers

    words = {"[UNK]": 0, **{word: at for at, word in enumerate(ABOUT, 1)}}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    vectors = np.array([[0, 0], *([1, 0.1] if topic == 0 else [0.1, 1] for topic in ABOUT.values())], np.float32)
    model2vec.StaticModel(vectors, tokenizer).save_pretrained(tmp_path)

    def refused(*_args):
        raise AssertionError("the network was asked for")

    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)
    settings.MEANING_MODEL = str(tmp_path)
    assert system_checks.model_of_meaning_can_be_used() == []
    Solution.objects.filter(slug="bädd").update(title="madrass med larm")
    indexing.reindex()
    assert found("liggsår") == ["bädd"]
    assert found("zebra") == []
