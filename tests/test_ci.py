"""`.ci/run` on a machine that lacks things: what it installs, starts and stops."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# What every Debian has; nothing else is on the PATH of these runs but what a test puts there.
SYSTEM = [
    "bash",
    "chown",
    "cp",
    "dirname",
    "env",
    "grep",
    "id",
    "mktemp",
    "rm",
    "sleep",
    "sort",
    "tail",
]
# Programs as the script meets them. Redis answers once its server runs, as long as it runs.
STANDS_IN = {
    "sudo": 'exec "$@"',
    "psql": "exit 0",
    "fc-list": "echo Noto Sans CJK",
    "chromium": "exit 0",
    "python3": "exit 0",
    "redis-cli": '[ -e "$DESK/redis" ] && echo PONG',
    "redis-server": 'echo "$$ $*" >"$DESK/redis"; exec sleep 600',
    "make": 'echo "REQUIRE_SERVICES=$REQUIRE_SERVICES make $*" >>"$DESK/log"; exit "${FAILS:-0}"',
    "apt-get": 'echo "apt-get $*" >>"$DESK/log"; cp "$DESK"/packaged/* "$DESK/bin" 2>/dev/null; :',
}


class Machine:
    """A folder with programs, and the script in a clone beside it."""

    def __init__(self, desk: Path) -> None:
        self.desk = desk
        for folder in ("bin", "packaged", "clone/.ci"):
            (desk / folder).mkdir(parents=True)
        shutil.copy(ROOT / ".ci/run", desk / "clone/.ci/run")
        for name in SYSTEM:
            (desk / "bin" / name).symlink_to(shutil.which(name) or name)
        for name in STANDS_IN:
            self._write("bin", name)

    def _write(self, folder: str, name: str) -> None:
        program = self.desk / folder / name
        program.write_text(f"#!{self.desk}/bin/bash\n{STANDS_IN[name]}\n")
        program.chmod(0o755)

    def lacks(self, *names: str) -> None:
        """Take programs away; a package brings them."""
        for name in names:
            (self.desk / "bin" / name).unlink()
            self._write("packaged", name)

    def run(self, **environment: str) -> int:
        done = subprocess.run(
            [self.desk / "bin/bash", self.desk / "clone/.ci/run"],
            check=False,
            env={"PATH": str(self.desk / "bin"), "DESK": str(self.desk)} | environment,
            timeout=120,
        )
        return done.returncode

    def log(self) -> list[str]:
        return (self.desk / "log").read_text().splitlines()

    def redis(self) -> tuple[int, str]:
        """Process and words of the server that was started."""
        pid, _blank, words = (self.desk / "redis").read_text().strip().partition(" ")
        return int(pid), words


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_an_empty_machine_gets_python_make_and_the_services(machine):
    machine.lacks("python3", "make", "redis-server", "chromium", "fc-list")
    assert machine.run() == 0
    update, install, tests = machine.log()
    assert update == "apt-get update -q"
    words, _blank, packages = install.partition("--no-install-recommends ")
    assert words == "apt-get install -q -y "
    # PostgreSQL's programs are looked for where Debian puts them: this machine may have them.
    assert set(packages.split()) - {"postgresql"} == {
        "python3",
        "python3-venv",
        "make",
        "redis-server",
        "chromium",
        "fonts-noto-cjk",
        "fontconfig",
    }
    assert tests == "REQUIRE_SERVICES=1 make test"


@pytest.mark.parametrize("fails", [0, 2])
def test_the_redis_it_starts_ends_with_it_also_when_tests_fail(machine, fails):
    assert machine.run(FAILS=str(fails), TEST_POSTGRES_URL="postgres://there") == fails
    assert machine.log()[-1] == "REQUIRE_SERVICES=1 make test"
    pid, words = machine.redis()
    assert words == "--port 6379 --save"
    assert not Path(f"/proc/{pid}").exists()


def test_a_redis_that_answers_is_used_and_left_alone(machine):
    (machine.desk / "redis").write_text(f"{os.getpid()} of somebody else")
    assert machine.run() == 0
    assert machine.redis() == (os.getpid(), "of somebody else")
