"""`manage.py run` as its user meets it: a real child process, its lines, its end."""

from __future__ import annotations

import hashlib
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.core.management.base import CommandError

from portal import demonstration
from portal.management.commands.run import port_number, table
from tests import services

ROOT = Path(__file__).resolve().parent.parent.parent


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


@pytest.fixture(scope="module")
def memory() -> dict[str, list[float]]:
    """What one run leaves for the test of the next: the folder is made once, by all of them."""
    return {}


@pytest.fixture
def port() -> int:
    return services.free_port()


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


def seconds(lines: list[str]) -> list[float]:
    """How long each step took, as the terminal said it."""
    return [float(n) for line in lines for n in re.findall(r"完成（(.*?) 秒）", line)]


def without_seconds(lines: list[str]) -> list[str]:
    return [re.sub(r"（.*? 秒）", "", line) for line in lines]


STEPS = [
    "[1/3] 准备数据库 … 完成",
    "[2/3] 准备样式和脚本 … 完成",
    "[3/3] 载入演示数据 …",
    *(f"  {label} …" for label, _build in demonstration.steps()),
    "完成",
]
PEOPLE = {
    "admin": "系统管理员",
    "staff1": "项目办工作人员",
    "staff2": "项目办工作人员",
    "ruyuan1": "县区工作人员 · 乳源瑶族自治县",
    "ruyuan2": "县区工作人员 · 乳源瑶族自治县",
    "yingde1": "县区工作人员 · 英德市",
    "shaoguan": "县区工作人员 · 韶关市",
    "auditor": "审计员",
    "merchant1": "商家 · 乳源瑶寨山货专业合作社",
    "merchant2": "商家 · 英德茶香家庭农场",
    "merchant3": "商家 · 徐闻红土地果业有限公司",
    "trainee1": "学员",
    "creator1": "创作者",
}
LAST_LINE = "按 Ctrl-C 停止。"


def test_ctrl_c_while_loading_is_one_clear_line(run):
    run.read_until("特色商品 …")

    run.process.send_signal(signal.SIGINT)

    assert run.read_to_end() == 130
    assert without_seconds(run.lines[:-1]) == [*STEPS[:5], ""]
    assert run.lines[-1] == (
        "CommandError: 准备过程已中断，没有留下写到一半的数据：再运行一次，会从这里继续。"
    )


def test_the_next_run_goes_on_starts_answers_and_stops_everything_on_ctrl_c(run, port, memory):
    run.read_until(LAST_LINE)
    memory["first"] = seconds(run.lines)
    assert without_seconds(run.lines[: len(STEPS)]) == STEPS
    ready, heading, *people, logs, _stop = run.lines[len(STEPS) :]
    assert ready == f"平台已就绪：http://localhost:{port}"
    assert heading.split() == ["角色", "用户名", "密码"]
    rows = [re.split(r" {2,}", row.strip()) for row in people]
    assert {name: role for role, name, _password in rows} == PEOPLE
    assert {password for _role, _name, password in rows} == {"shiyan-2023-gd"}
    assert logs.startswith("各程序的输出：")
    children = run.children()
    assert sorted(children) == ["beat", "web", "worker"]
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=10) as answer:
        assert answer.read() == (
            b'{"status": "ok", "parts": {"databases": true, "cache": true, "folder": true}}'
        )

    run.process.send_signal(signal.SIGINT)

    assert run.read_to_end() == 0
    assert run.lines[-1] == "已全部停止。"
    assert still_there(list(children.values())) == []


def test_a_second_run_changes_nothing_and_when_one_program_dies_the_others_stop(
    run, environment, memory
):
    before = fingerprint(environment)
    run.read_until(LAST_LINE)
    assert without_seconds(run.lines[: len(STEPS)]) == STEPS
    assert sum(seconds(run.lines)) < sum(memory["first"]) / 4
    children = run.children()

    os.kill(children["worker"], signal.SIGKILL)

    assert run.read_to_end() == 1
    assert run.lines[-1].startswith("CommandError: 后台任务自行退出（状态 -9），已全部停止。")
    assert still_there(list(children.values())) == []
    after = fingerprint(environment)
    assert [table for table in after if after[table] != before.get(table)] == []
    assert {"submissions_submission", "ledger_transfer", "traffic_placementday"} <= set(before)
    for command in ("reconcile", "verify_audit"):
        words = [sys.executable, "manage.py", command]
        done = subprocess.run(words, check=False, cwd=ROOT, env=environment, capture_output=True)
        assert (done.returncode, done.stderr) == (0, b""), command


def fingerprint(environment: dict[str, str]) -> dict[str, str]:
    """A digest of all rows of every table but the seals: the sealer numbers what the first run
    wrote as soon as it comes to it."""
    database = environment["DATABASE_URL"].removeprefix("sqlite:///")
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        names = "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'audit_seal'"
        tables = [name for (name,) in connection.execute(names)]
        return {
            table: hashlib.sha256(
                repr(connection.execute(f'SELECT * FROM "{table}"').fetchall()).encode()
            ).hexdigest()
            for table in tables
        }


def test_no_port_is_one_clear_line(environment):
    done = subprocess.run(
        [sys.executable, "manage.py", "run"],
        check=False,
        cwd=ROOT,
        env=environment | {"PORT": "abc"},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "CommandError: “abc”不是端口号：请给出 1 到 65535 之间的数字，例如：PORT=8001 make run\n"
    )


@pytest.mark.parametrize("text", ["0", "65536", "-1", "", "80.5"])
def test_a_port_is_a_number_from_1_to_65535(text):
    assert [port_number("1"), port_number("65535")] == [1, 65535]
    with pytest.raises(CommandError, match="不是端口号"):
        port_number(text)


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
