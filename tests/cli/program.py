"""What the tests of the command line share: running it, checking, and adding up.

HEADWISE_BIN is the program.
"""
import inspect
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = os.environ.get("HEADWISE_BIN", str(ROOT / "build/debug/headwise"))
counted = {True: 0, False: 0}


def check(condition, what, detail=""):
    counted[bool(condition)] += 1
    if not condition:
        print(f"FAILED: {what}" + (f"\n    {str(detail)[:1500]}" if detail != "" else ""))


def is_error(result, message=""):
    """Status 2, and one line that says so."""
    text = result.stderr.decode("utf-8", "strict")
    return (result.returncode == 2 and text.startswith("headwise: error: ") and text.endswith("\n")
            and text.count("\n") == 1 and message in text)


class Command:
    """One of the program's commands: `trace = Command("trace")`."""

    def __init__(self, name):
        self.name = name

    def run(self, *args, **kwargs):
        return subprocess.run([BIN, self.name, *map(str, args)], capture_output=True, timeout=120, **kwargs)

    def good(self, *args, **kwargs):
        """What it printed; it must accept the arguments without a word on stderr."""
        result = self.run(*args, **kwargs)
        check(result.returncode == 0 and result.stderr == b"", f"{self.name} accepts {args!r}"[:200],
              f"status {result.returncode}, said {result.stderr!r}")
        return result.stdout.decode()

    def refused(self, message, *args):
        """It must end with an error that contains the message, and print nothing."""
        result = self.run(*args)
        check(is_error(result, message) and result.stdout == b"", f"{self.name} refuses {args!r}"[:200] + f" with {message!r}",
              f"status {result.returncode}, said {result.stderr!r}, printed {result.stdout[:200]!r}")


def main(*tests):
    """Runs them, with a folder of its own where a test takes one, and exits."""
    directory = pathlib.Path(tempfile.mkdtemp(prefix="headwise-"))
    try:
        for test in tests:
            if inspect.signature(test).parameters:
                (directory / test.__name__).mkdir()
                test(directory / test.__name__)
            else:
                test()
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    print(f"{counted[True]} passed, {counted[False]} failed")
    sys.exit(1 if counted[False] else 0)
