"""`make bench`: run every benchmark in a process and a database of its own."""

import subprocess
import sys

BENCHMARKS = ("benchmarks.closing", "benchmarks.demonstration")

if __name__ == "__main__":
    for name in BENCHMARKS:
        subprocess.run([sys.executable, "-m", name], check=True)  # noqa: S603 - our own modules
