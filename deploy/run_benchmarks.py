"""Every benchmark of benchmarks/, one after the other; each prints its own ratios."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """The exit status: 1 when a benchmark failed or exceeded its limit."""
    benchmarks = sorted((ROOT / "benchmarks").glob("*_bench.py"))
    if not benchmarks:
        print("Il n’y a pas encore de mesure dans benchmarks/.")
        return 0
    failed = []
    for path in benchmarks:
        print(f"\n== {path.name} ==", flush=True)
        command = [sys.executable, "-m", f"benchmarks.{path.stem}"]
        if subprocess.run(command, cwd=ROOT, check=False).returncode:  # noqa: S603
            failed.append(path.name)
    if failed:
        print(f"\nMesures en échec : {', '.join(failed)}")
    return int(bool(failed))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
