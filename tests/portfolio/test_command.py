"""`hemtag` as a person meets it at the keyboard."""

import io
import json
import signal
import subprocess
import sys
import time

import pytest

from bench.portfolio import synthetic
from hemtag.__main__ import main
from hemtag.portfolio import canonical, load_round, verify
from hemtag.portfolio.command import _Progress
from tests.portfolio.test_select import EXAMPLE


@pytest.fixture
def round_file(tmp_path):
    path = tmp_path / "round.json"
    path.write_bytes(canonical(EXAMPLE))
    return path


def hemtag(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "hemtag", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_help_starts_fast_and_without_anything_heavy():
    started = time.monotonic()
    outcome = hemtag("--help")
    assert time.monotonic() - started < 2
    assert outcome.returncode == 0
    assert "prioritise" in outcome.stdout and "verify" in outcome.stdout
    probe = "import sys, hemtag.__main__ as m; m.parser(); print({'django', 'numpy', 'highspy'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True).stdout == "set()\n"


def test_prioritise_imports_no_django(round_file):
    run = f"m.main(['prioritise', {str(round_file)!r}])"
    probe = f"import sys, hemtag.__main__ as m; {run}; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", probe], capture_output=True, check=False).returncode == 0


def test_prioritise_as_json_then_verify(round_file, tmp_path):
    outcome = hemtag("prioritise", round_file, "--json")
    assert (outcome.returncode, outcome.stderr) == (0, "")
    data = json.loads(outcome.stdout)
    assert data["value"] == data["upper_bound"] == 7200
    assert data["chosen"] == ["a1b1", "a1b2"]
    assert data["per_year"] == {"2025": 9000, "2026": 5000}
    assert data["round_sha256"] == load_round(round_file).sha256
    assert set(data["versions"]) == {"hemtag", "highs", "numba", "python"}
    assert verify(load_round(round_file), data) == []
    result = tmp_path / "result.json"
    result.write_text(outcome.stdout, "utf-8")
    outcome = hemtag("verify", round_file, result)
    assert outcome.returncode == 0
    assert "håller" in outcome.stdout


def test_a_tampered_result_is_refused(round_file, tmp_path, capsys):
    main(["prioritise", str(round_file), "--json"])
    data = json.loads(capsys.readouterr().out)
    data["chosen"].append("a2b1")
    result = tmp_path / "result.json"
    result.write_text(json.dumps(data), "utf-8")
    assert main(["verify", str(round_file), str(result)]) == 1
    assert "Regeln frame:2025 bryts." in capsys.readouterr().out
    assert main(["verify", str(round_file), str(result), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["holds"] is False


def test_readable_text(round_file, capsys):
    assert main(["prioritise", str(round_file), "--practice"]) == 0
    text = capsys.readouterr().out
    assert "Värde 7\u00a0200, bevisat störst" in text
    assert "+ a1b1" in text and "– a2b1" in text
    assert "2025: 10\u00a0000, 0, 9\u00a0000, 1\u00a0000" in text
    assert "medelbetyg med skarp gräns: värde 6\u00a0000, förlorar 16,7 %" in text


def test_practice_in_json(round_file, capsys):
    assert main(["prioritise", str(round_file), "--json", "--practice"]) == 0
    methods = [outcome["method"] for outcome in json.loads(capsys.readouterr().out)["practice"]]
    assert methods == ["ratio", "score", "score_cut_off", "greedy"]


def test_from_standard_input(round_file, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(round_file.read_bytes())))
    assert main(["prioritise", "-", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["value"] == 7200


def test_check_says_that_all_is_well(round_file, capsys):
    assert main(["prioritise", "--check", str(round_file)]) == 0
    assert "inga fel. 2 ansökningar, 3 block, 2 år." in capsys.readouterr().out


def test_check_says_when_an_application_has_too_many_subsets_to_list(tmp_path, capsys):
    path = tmp_path / "stor.json"
    for blocks, words in ((20, "har 20 block, alltså upp till 1\u00a0048\u00a0576 delmängder"), (19, None)):
        own = [{"id": f"b{n}", "effect": 1, "cost": {"2026": 1}} for n in range(blocks)]
        path.write_text(json.dumps({"frames": {"2026": 9}, "applications": [{"id": "stor", "blocks": own}]}))
        assert main(["prioritise", "--check", str(path)]) == 0
        said = capsys.readouterr().out
        assert (words in said) if words else ("delmängder" not in said)
        assert main(["prioritise", "--check", "--json", str(path)]) == 0
        found = json.loads(capsys.readouterr().out)
        assert found["faults"] == []
        assert len(found.get("remarks", [])) == (1 if words else 0)


def test_check_names_every_fault_with_its_place(tmp_path, capsys):
    path = tmp_path / "round.json"
    data = json.loads(canonical(EXAMPLE))
    data["applications"][0]["blocks"][0]["cost"] = {"2031": 7}
    data["applications"][1]["blocks"][0]["effect"] = "många"
    path.write_text(json.dumps(data), "utf-8")
    assert main(["prioritise", "--check", str(path)]) == 1
    text = capsys.readouterr().err
    assert "2 fel" in text
    assert "/applications/0/blocks/0/cost/2031: Året 2031 har ingen ram." in text
    assert "/applications/1/blocks/0/effect: många är inte ett helt tal." in text
    assert main(["prioritise", "--check", str(path), "--json"]) == 1
    assert len(json.loads(capsys.readouterr().out)["faults"]) == 2
    assert main(["prioritise", str(path)]) == 1


def test_conflicting_locks_are_named(tmp_path, capsys):
    path = tmp_path / "round.json"
    path.write_bytes(canonical({**EXAMPLE, "locked_in": {"a1b1": "lovat", "a2b1": "lovat"}}))
    assert main(["prioritise", str(path), "--json"]) == 1
    outcome = capsys.readouterr()
    assert json.loads(outcome.out)["status"] == "infeasible"
    assert "Kraven går inte att förena" in outcome.err


@pytest.mark.parametrize("content,words", [(None, "gick inte att läsa"), (b"{", "inte JSON"), (b"\xff", "inte JSON")])
def test_a_file_that_cannot_be_read(tmp_path, capsys, round_file, content, words):
    path = tmp_path / "broken.json"
    if content is not None:
        path.write_bytes(content)
    for arguments in (
        ["prioritise", str(path)],
        ["verify", str(path), str(path)],
        ["verify", str(round_file), str(path)],
    ):
        assert main(arguments) == 2
        assert words in capsys.readouterr().err


def test_a_result_that_is_no_object(tmp_path, capsys, round_file):
    path = tmp_path / "result.json"
    path.write_text("[]", "utf-8")
    assert main(["verify", str(round_file), str(path)]) == 2
    assert "JSON-objekt" in capsys.readouterr().err


def test_wrong_use_ends_with_2(capsys):
    for arguments in (["prioritise"], ["gissa"], ["prioritise", "x", "--seconds", "-1"]):
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert ended.value.code == 2
    capsys.readouterr()


def test_version_and_bare_command(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("hemtag ")
    assert main([]) == 0
    assert "prioritise" in capsys.readouterr().out


QUESTIONS = [
    "--practice",
    "--explain",
    "a2b1",
    "--explain",
    "a1b1",
    "--flip-prices",
    "--policy-price",
    "--marginal",
] + ["--frontier", "--near-optimal", "3", "--eps", "0.2", "--core-index", "--scenarios", "12", "--seed", "5"]


def test_every_question_is_answered_in_json(round_file, capsys):
    assert main(["prioritise", str(round_file), "--json", *QUESTIONS]) == 0
    data = json.loads(capsys.readouterr().out)
    assert verify(load_round(round_file), data) == []
    assert [why["block"] for why in data["explain"]] == ["a2b1", "a1b1"]
    assert data["flip_prices"] == {"a1b1": 1200, "a1b2": 1200, "a2b1": 1200}
    assert data["policy_price"] == []
    assert data["marginal"] == [{"year": 2025, "step": 1000, "value": 0}, {"year": 2026, "step": 1000, "value": 0}]
    assert [point["value"] for point in data["frontier"] if point["share"] in (0.5, 1.0, 1.5)] == [0, 7200, 13200]
    assert [other["chosen"] for other in data["near_optimal"]] == [["a2b1"]]
    index = data["core_index"]
    assert (index["scenarios"], index["seed"], index["solved"]) == (12, 5, True)
    assert set(index["shares"]) == {"a1b1", "a1b2", "a2b1"}


def test_every_question_is_answered_in_words(round_file, capsys):
    assert main(["prioritise", str(round_file), *QUESTIONS]) == 0
    text = capsys.readouterr().out
    assert "a2b1 väljs inte: att ta in det kostar 1\u00a0200 i effekt. Då trängs a1b1, a1b2 ut." in text
    assert "Det skulle väljas om kostnaden vore 50,0 % lägre eller effekten 1\u00a0201 högre" in text
    assert "a1b1 väljs: att ta bort det kostar 1\u00a0200 i effekt. I stället väljs a2b1." in text
    assert "Omgången har inga policyrader eller låsningar." in text
    assert "2025: 1\u00a0000 tkr mer ger 0 i effekt" in text
    assert "förlorar 1\u00a0200: in a2b1; ut a1b1, a1b2" in text
    assert "Andel av 12 scenarier (frö 5)" in text


def test_bounds_only_are_intervals(round_file, capsys):
    assert main(["prioritise", str(round_file), "--core-index", "--bounds-only", "--scenarios", "9"]) == 0
    assert "bevisat mellan" in capsys.readouterr().out


def test_local_processes_give_the_same_index(round_file, capsys):
    command = ["prioritise", str(round_file), "--json", "--core-index", "--scenarios", "30"]
    main(command)
    alone = json.loads(capsys.readouterr().out)["core_index"]
    main([*command, "--executor", "local"])
    assert json.loads(capsys.readouterr().out)["core_index"] == alone


def test_an_unknown_block_to_explain(round_file, capsys):
    assert main(["prioritise", str(round_file), "--explain", "nej"]) == 2
    assert "”nej” finns inte" in capsys.readouterr().err


def test_a_cluster_out_of_reach(round_file, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert main(["prioritise", str(round_file), "--core-index", "--executor", "dask"]) == 2
    assert "Dask går inte att nå" in capsys.readouterr().err


def test_mps_is_written_where_asked(round_file, tmp_path, capsys):
    path = tmp_path / "round.mps"
    assert main(["prioritise", str(round_file), "--mps", str(path)]) == 0
    assert path.read_text("utf-8").endswith("ENDATA\n")
    assert main(["prioritise", str(round_file), "--mps", str(tmp_path / "no" / "where")]) == 2
    assert "gick inte att skriva" in capsys.readouterr().err


def test_policies_are_priced_in_words(tmp_path, capsys):
    path = tmp_path / "round.json"
    path.write_bytes(canonical({**EXAMPLE, "locked_in": {"a2b1": "redan lovat"}}))
    assert main(["prioritise", str(path), "--policy-price"]) == 0
    assert "blocket a2b1 är inlåst: 1\u00a0200" in capsys.readouterr().out


def test_a_proof_without_gap_is_written_and_checked(round_file, tmp_path, capsys):
    assert main(["prioritise", str(round_file), "--json", "--proof"]) == 0
    result = tmp_path / "result.json"
    result.write_text(capsys.readouterr().out, "utf-8")
    assert main(["verify", str(round_file), str(result)]) == 0
    assert "bevisat bäst, utan tillit till någon lösare" in capsys.readouterr().out


def test_a_gap_that_is_enough_gives_a_bound(round_file, capsys):
    assert main(["prioritise", str(round_file), "--json", "--gap", "0.5"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["value"] <= 7200 <= data["upper_bound"]
    with pytest.raises(SystemExit):
        main(["prioritise", str(round_file), "--gap", "1"])
    capsys.readouterr()


@pytest.fixture
def hard_file(tmp_path):
    path = tmp_path / "hard.json"
    path.write_bytes(canonical(synthetic(400, 5, 6, seed=0)))
    return path


def test_ctrl_c_leaves_the_best_so_far_with_its_bound(hard_file, tmp_path):
    result = tmp_path / "result.json"
    with result.open("wb") as out:
        running = subprocess.Popen(
            [sys.executable, "-m", "hemtag", "prioritise", str(hard_file), "--json", "--progress"],
            stdout=out,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        # The search is on and has found something; before that there is no best so far to leave.
        line = next(line for line in running.stderr if "bäst hittills" in line)
        running.send_signal(signal.SIGINT)
        _, rest = running.communicate(timeout=120)
    assert "övre gräns" in line
    assert "bästa urval hittills" in rest
    assert running.returncode == 0, rest
    data = json.loads(result.read_text("utf-8"))
    assert data["status"] == "stopped"
    assert 0 < data["value"] < data["upper_bound"]
    assert verify(load_round(hard_file), data) == []


def test_time_that_runs_out_says_so_in_words(hard_file, capsys):
    assert main(["prioritise", str(hard_file), "--seconds", "1"]) == 0
    assert "när tiden tog slut; inget urval ger mer än" in capsys.readouterr().out


def test_scenarios_tell_how_far_they_are_and_what_they_cost(round_file, capsys):
    arguments = ["prioritise", str(round_file), "--core-index", "--scenarios", "400", "--progress"]
    assert main(arguments) == 0
    told = capsys.readouterr()
    said = _Progress(first=0.0)
    said.scenarios(200, 400)
    assert "200 av 400 scenarier" in capsys.readouterr().err
    assert "ms per scenario" not in told.out


def test_policies_and_locks_that_conflict_are_named_and_nothing_else(tmp_path, capsys):
    data = json.loads(canonical(EXAMPLE))
    data["applications"][1]["blocks"][0]["region_cost"] = {"14": 12000}
    data["policies"] = {"region_caps": {"14": 5000}, "every_region": ["14"]}
    data["locked_out"] = {"a1b1": "nej"}
    path = tmp_path / "round.json"
    path.write_bytes(canonical(data))
    assert main(["prioritise", str(path), "--json"]) == 1
    outcome = capsys.readouterr()
    kinds = [demand["kind"] for demand in json.loads(outcome.out)["conflict"]]
    assert sorted(kinds) == ["cap", "region"]
    assert "taket för region 14" in outcome.err
    assert "a1b1" not in outcome.err
