"""What a newcomer reads when `make run` cannot go on."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A folder with what make needs to begin, and no virtual environment."""
    for name in ("Makefile", "requirements.lock"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def make(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    return subprocess.run(
        ["make", *words],
        check=False,
        cwd=folder,
        env=kept | {"PIP_CONFIG_FILE": os.devnull} | environment,
        capture_output=True,
        text=True,
    )


def said(done: subprocess.CompletedProcess[str]) -> list[str]:
    """What make's recipes wrote, without make's own lines."""
    lines = (done.stdout + done.stderr).splitlines()
    return [line for line in lines if line and not line.startswith("make")]


def test_an_old_python_is_one_clear_line(clone):
    old = clone / "old-python"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    done = make(clone, "run", f"PYTHON={old}")
    assert done.returncode != 0
    (line,) = said(done)
    assert "需要 Python 3.11 或更高版本" in line
    assert "Python 3.11 or newer is needed" in line
    assert not (clone / ".venv").exists()


def test_no_network_is_one_clear_line_and_the_next_try_starts_over(clone):
    # Nobody listens on port 9 of this machine: the registry cannot be reached.
    nowhere = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple"}
    done = make(clone, ".venv/.runtime", **nowhere)
    assert done.returncode != 0
    steps = [line for line in said(done) if not line.startswith("  ")]
    assert [line.partition("（")[0] for line in steps[:2]] == ["准备 .venv", "安装依赖"]
    (line,) = steps[2:]
    assert line == (
        "依赖没有装上：请检查网络，或用 PIP_INDEX_URL 指定可以访问的镜像，再运行一次；"
        "原因见 .venv/pip.log。 · Packages could not be fetched: check the network or set "
        "PIP_INDEX_URL; why stands in .venv/pip.log."
    )
    assert "ERROR" in (clone / ".venv/pip.log").read_text()
    assert not (clone / ".venv/.runtime").exists()
