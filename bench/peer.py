"""A process that answers a line for each line it is given."""
import os
import pathlib
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
PYTHON = "/usr/bin/python3"


def chromium(page, programs):
    """The command of a peer that runs in a Chromium of its own."""
    return ["node", "chromium_peer.mjs", page, str(programs)]


class Peer:
    """`only`: words after a request to run. Peers that are `like` another share its process."""

    def __init__(self, name, command, opens="spec", only=(), like=None):
        self.name, self.opens, self.only = name, opens, only
        environment = dict(os.environ, OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
        self.process = like.process if like else subprocess.Popen(
            command, cwd=HERE, env=environment, text=True, bufsize=1, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, *words):
        self.process.stdin.write(" ".join(map(str, words)) + "\n")
        answer = self.process.stdout.readline().strip()
        if not answer:
            raise SystemExit(f"{self.name} gave up at {' '.join(map(str, words))[:200]}")
        return answer
