"""What the verbs say when something is not as it should be."""

import importlib.util
import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*command],
        cwd=ROOT,
        env={**os.environ, "PYTHONUTF8": "1", **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_taken_port_is_told_with_a_way_out():
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen()
        port = door.getsockname()[1]
        done = run(sys.executable, "scripts/port_is_free.py", str(port))
    assert done.returncode == 1
    assert f"Port {port} is taken" in done.stderr
    assert f"make run PORT={port + 1}" in done.stderr


@pytest.mark.parametrize("port", ["", "åtta", "0", "70000", "-1"])
def test_a_port_that_is_none_is_told(port: str):
    done = run(sys.executable, "scripts/port_is_free.py", port)
    assert done.returncode == 1
    assert "between 1 and 65535" in done.stderr


def test_an_unknown_stage_is_told():
    done = run("scripts/demo", "klart")
    assert done.returncode == 1
    assert "open, submitted, assessed, decided or following" in done.stderr


def test_a_browser_that_is_none_is_told():
    done = run("scripts/chromium", HEMTAG_CHROMIUM="/no/such/browser")
    assert done.returncode == 1
    assert "'/no/such/browser', which is no program" in done.stderr


def test_every_check_runs_and_one_failure_fails(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    check = script("check")
    steps = [
        ("first", ["python", "-c", "print('why it failed'); raise SystemExit(3)"]),
        ("second", ["python", "-c", "print('nothing to say')"]),
    ]
    monkeypatch.setattr(check, "STEPS", steps)
    assert check.main() == 1
    told = capsys.readouterr().out
    assert "first … FAILED" in told
    assert "why it failed" in told
    assert "second … ok" in told
    assert "nothing to say" not in told
    assert "1 of 2 checks failed: first." in told
    monkeypatch.setattr(check, "STEPS", steps[1:])
    assert check.main() == 0


def test_a_benchmark_that_fails_is_told_and_the_rest_is_measured(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    from bench import __main__ as bench

    def measured(name: str) -> dict[str, object]:
        if name == "bad":
            raise subprocess.CalledProcessError(1, name)
        return {"seconds": 1.5}

    monkeypatch.setattr(bench, "measured", measured)
    monkeypatch.setattr(bench, "BENCHMARKS", ("bad", "good"))
    assert bench.main([]) == 1
    result = json.loads(capsys.readouterr().out)
    assert result["good"] == {"seconds": 1.5}
    assert result["bad"] == {"error": "stopped with 1"}
    assert bench.main(["good"]) == 0
    assert bench.main(["other"]) == 2


def test_a_benchmark_is_measured_in_a_process_of_its_own():
    from bench import __main__ as bench

    assert bench.measured("sheets")["amounts"] == 10_080
    with pytest.raises(subprocess.CalledProcessError):
        bench.measured("nothing_of_that_name")


def test_a_load_goes_to_this_machine_only():
    from bench import load

    with pytest.raises(ValueError, match="only this machine"):
        load.put("http://example.invalid/", 1)
