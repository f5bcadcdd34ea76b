"""`make bench`: run every benchmark in a process and a database of its own."""

import subprocess
import sys

BENCHMARKS = (
    "benchmarks.closing",
    "benchmarks.rollup",
    "benchmarks.pacing",
    "benchmarks.alerts",
    "benchmarks.briefs",
    "benchmarks.forecast",
    "benchmarks.year",
    "benchmarks.workers",
    "benchmarks.demonstration",
    "benchmarks.sheets",
    "benchmarks.products",
    "benchmarks.depth",
    "benchmarks.pages",
)

if __name__ == "__main__":
    # One that misses its goal keeps none of the others from being measured.
    codes = [
        subprocess.run([sys.executable, "-m", name], check=False).returncode  # noqa: S603 - our own
        for name in BENCHMARKS
    ]
    sys.exit(max(codes))
