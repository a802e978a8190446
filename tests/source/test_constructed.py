"""lessons/weights/constructed.txt is what lessons/weights/build.py makes."""
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.exit(subprocess.run([sys.executable, ROOT / "lessons/weights/build.py", "--check"]).returncode)
