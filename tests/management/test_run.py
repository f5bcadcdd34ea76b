"""`manage.py run` as its user meets it: a real child process, its lines, its end."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.management.commands.run import table

ROOT = Path(__file__).resolve().parent.parent.parent
READY = "平台已就绪："


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An empty folder, SQLite, no Redis: what a fresh clone has."""
    folder = tmp_path_factory.mktemp("portal")
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "PORTAL_MODE": "demonstration",
        "PORTAL_VAR": str(folder / "var"),
        "STATIC_ROOT": str(folder / "static"),
        "DATABASE_URL": f"sqlite:///{folder}/portal.sqlite3",
        "REDIS_URL": "",
        "WEB_CONCURRENCY": "1",
        "WORKER_CONCURRENCY": "1",
        "PYTHONUNBUFFERED": "1",
    }


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Run:
    """The command, read line by line."""

    def __init__(self, environment: dict[str, str], port: int) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "run", "--port", str(port)],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines: list[str] = []

    def read_until(self, sign: str) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip())
            if sign in line:
                return
        pytest.fail(f"ended without saying {sign!r}: " + "\n".join(self.lines))

    def read_to_end(self) -> int:
        assert self.process.stdout is not None
        self.lines += [line.rstrip() for line in self.process.stdout]
        self.process.stdout.close()
        return self.process.wait(30)

    def children(self) -> dict[str, int]:
        """The programs started, by the module they run."""
        pid = self.process.pid
        names = {"gunicorn": "web", "worker": "worker", "beat": "beat"}
        return {
            name: int(child)
            for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
            for sign, name in names.items()
            if sign in Path(f"/proc/{child}/cmdline").read_text().split("\0")
        }


@pytest.fixture
def run(environment: dict[str, str], port: int) -> Iterator[Run]:
    running = Run(environment, port)
    yield running
    if running.process.poll() is None:
        running.process.send_signal(signal.SIGTERM)
        running.read_to_end()


def still_there(pids: list[int]) -> list[int]:
    return [pid for pid in pids if Path(f"/proc/{pid}").exists()]


def test_it_prepares_starts_answers_and_stops_everything_on_ctrl_c(run, port):
    run.read_until("按 Ctrl-C 停止。")
    children = run.children()
    assert sorted(children) == ["beat", "web", "worker"]
    assert f"{READY}http://localhost:{port}" in run.lines
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=10) as answer:
        assert answer.read() == (
            b'{"status": "ok", "parts": {"databases": true, "cache": true, "folder": true}}'
        )

    run.process.send_signal(signal.SIGINT)

    assert run.read_to_end() == 0
    assert run.lines[-1] == "已全部停止。"
    assert still_there(list(children.values())) == []


def test_when_one_program_dies_the_others_stop_and_it_says_which(run):
    run.read_until("按 Ctrl-C 停止。")
    children = run.children()

    os.kill(children["worker"], signal.SIGKILL)

    assert run.read_to_end() == 1
    assert run.lines[-1].startswith("CommandError: 后台任务自行退出（状态 -9），已全部停止。")
    assert still_there(list(children.values())) == []


def test_a_taken_port_is_one_clear_line_before_any_work(environment, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        run = Run(environment | {"DATABASE_URL": f"sqlite:///{tmp_path}/unused.sqlite3"}, port)
        assert run.read_to_end() == 1

    assert run.lines == [
        (
            f"CommandError: 无法监听 127.0.0.1:{port}（Address already in use）。"
            "请换一个端口，例如：PORT=8001 make run"
        )
    ]
    assert not (tmp_path / "unused.sqlite3").exists()


def test_columns_stay_even_with_wide_characters():
    assert table([("角色", "名"), ("staff", "li")]) == ["角色   名", "staff  li"]
