#!/usr/bin/python3
"""`headwise export`: its scripts run, with NumPy and, where it is installed, PyTorch, and say that
every stage is equal; and they fail where a number or a line is not what it should be.

HEADWISE_FULL=1 takes 1,000 recipes instead of 25.
"""
import contextlib
import io
import json
import random
import re
import subprocess
import sys

import numpy as np
from program import ROOT, Command, check, main

sys.path.insert(0, str(ROOT / "tests/reference"))
import recipes  # noqa: E402

LANGUAGES = ["numpy"] + (["pytorch"] if recipes.torch else [])
export, refused = Command("export").good, Command("export").refused


def execute(script, file="script.py"):
    """What the script printed, and what stopped it (or None)."""
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            exec(compile(script, file, "exec"), {"__name__": "__main__", "__file__": str(file)})
    except SystemExit as stop:
        return printed.getvalue(), str(stop)
    except Exception as error:  # whatever a wrong line throws
        return printed.getvalue(), f"{type(error).__name__}: {error}"
    return printed.getvalue(), None


def code_name(id):
    return id.replace("/", "__")


def stages_of(*args):
    return [stage["id"] for stage in json.loads(Command("trace").good("--json", *args))["stages"]]


def runs(script, what, file="script.py"):
    """Runs a script that should find everything equal; the ids it compared."""
    printed, stop = execute(script, file)
    compared = [line.split()[0] for line in printed.splitlines() if " equal, off by at most " in line]
    last = printed.splitlines()[-1] if printed else ""
    check(stop is None and last == f"all {len(compared)} stages equal", what, f"{stop}\n{printed}")
    return compared


def test_random_recipes():
    for seed in range(20_000, 20_000 + recipes.samples(25, 1000)):
        arguments = recipes.arguments(recipes.random_variant(seed))
        if b"a script holds at most" in Command("export").run(*arguments).stderr:
            continue
        stages = stages_of(*arguments)
        for language in LANGUAGES:
            script = export("--as", language, *arguments)
            compared = runs(script, f"{language} {arguments}")
            given = re.findall(r'tensors\["(\w+)"\]', script)
            wanted = [id for id in stages if code_name(id) not in given]
            check([id for id in compared if id in stages] == wanted and len(given) >= 1,
                  f"{language} {arguments} compares every stage that is computed, in order", compared)


def test_reading():
    """What a reader sees: settings, shapes, one line a stage."""
    for language in LANGUAGES:
        script = export("--as", language, "mask=causal", "num_kv_heads=1", "tokens=one two three")
        check("#   mask = causal\n" in script and "#   tokens = one two three\n" in script, "the settings", script[:800])
        check("# (B, h, T_q, T_kv) = (1, 2, 3, 3)  Scores: " in script, "shapes in comments", script)
        check("(8, 8), stored (in, out)" in script, "weights say how they are stored", script)
        again = re.search(r"^#   headwise (export --as \w+) '(.*)'$", script, re.MULTILINE)
        check(again and export(*again[1].split()[1:], again[2]) == script, "the command in it makes it again")
        check(max(map(len, script.splitlines())) < 200, "lines are short", max(script.splitlines(), key=len))
        check("masked_scores = " in script and "-inf" in script, "masked scores are minus infinity")
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120)
        check(done.returncode == 0 and done.stderr == "", f"{language} runs by itself, without warnings", done.stderr)
        check(re.search(r"^scores +\(1, 2, 3, 3\) +equal, off by at most \d.\de-\d+$", done.stdout, re.MULTILINE),
              "a line for a stage", done.stdout)
    check(export("mask=causal") == export("--as", "pytorch", "mask=causal"), "PyTorch is the default")


def test_hostile_text():
    for text in ['a " b', 'a """ b', "a ''' \\ b", "\\N{DASH} \\x41 {0} %s", "# import os", "\u732b caf\u00e9 \U0001f600",
                 "a\u2028b", "é" * 300, "x " * 60]:
        for language in LANGUAGES:
            runs(export("--as", language, "tokens=" + text, "d_model=2", "num_heads=1"), f"{language} with {text!r}")


NUMBER = re.compile(r"(?<![\w.])-?\d+\.\d+(?:e-?\d+)?(?![\w.])")


def damaged(script, begin, end, rng):
    """The script with one number between two places moved by 0.1."""
    number = rng.choice(list(NUMBER.finditer(script, begin, end)))
    return script[:number.start()] + repr(float(number[0]) + 0.1) + script[number.end():]


def test_damage():
    """A script that says "equal" whatever is in it would be worth nothing."""
    rng = random.Random(1)
    for arguments in (["mask=causal"], ["pipeline=flash"], ["position=sinusoidal", "bias=1", "num_kv_heads=1"]):
        for language in LANGUAGES:
            script = export("--as", language, *arguments)
            checks = list(re.finditer(r'^\w+ = check\("([^"]+)"', script, re.MULTILINE))
            for found in checks:
                end = script.find("\n#", found.end())  # where the next stage begins
                end = len(script) if end < 0 else end
                if not NUMBER.search(script, found.end(), end):
                    continue  # a mask
                printed, stop = execute(damaged(script, found.end(), end, rng))
                check(stop is not None and stop.startswith(f"{found[1]}: differs by 0.1") and "all " not in printed,
                      f"{language}: one wrong number of {found[1]} is found", stop)
            for dictionary in ("weights", "tensors"):
                begin = script.index(f"\n{dictionary} = {{")
                printed, stop = execute(damaged(script, begin, script.index("\n}", begin), rng))
                check(stop is not None and ": differs by " in stop, f"{language}: one wrong number of {dictionary}", stop)
            scaled = re.search(r"^scaled_scores = scores \* (\S+)", script, re.MULTILINE)
            _, stop = execute(script[:scaled.start(1)] + "0.3" + script[scaled.end(1):])
            check(stop is not None and stop.startswith("scaled_scores: differs"), f"{language}: a wrong line is found", stop)
            first = script.rindex("[[[", 0, script.index("scaled_scores = "))
            _, stop = execute(script[:first] + "[" + script[first:].replace("]]])", "]]]])", 1))
            check(stop is not None and "shape" in stop, f"{language}: a wrong shape is found", stop)
    script = export("--as", "numpy", "mask=causal")
    begin = script.index('check("masked_scores"')
    _, stop = execute(script[:begin] + script[begin:].replace("-inf", "0", 1))
    check(stop is not None and stop.startswith("masked_scores: differs by inf"), "a number where minus infinity should be", stop)
    first = NUMBER.search(script, begin)
    _, stop = execute(script[:first.start()] + "-inf" + script[first.end():])
    check(stop == "masked_scores: differs where Headwise has minus infinity", "minus infinity where a number should be", stop)
    _, stop = execute(script.replace("masked_scores = ", "masked_scores = 1 * np.nan * ", 1))
    check(stop is not None and stop.startswith("masked_scores: differs"), "NaN is never equal", stop)


def test_files(tmp):
    large = ["d_model=64", "num_heads=8", "mask=causal,padding", "tokens=a b c d e f g | h i", "bias=1"]
    for language in LANGUAGES:
        out = tmp / f"it's {language}.py"
        check(export("--as", language, *large, "--out", out) == "", "--out prints nothing")
        with np.load(out.with_suffix(".npz")) as file:
            stored = {name: file[name] for name in file.files}
        check("w_q" in stored and "scores" in stored and "b_q" not in stored, "large tensors go beside", list(stored))
        check(all(a.size > 512 and a.dtype == np.float32 for a in stored.values()), "and small ones do not")
        script = out.read_text()
        runs(script, f"{language} with npz", out)
        compared = runs(export("--as", language, *large), f"{language} with everything inside")
        check(compared == runs(script, "again", out), "the same stages are compared")
        done = subprocess.run([sys.executable, str(out)], capture_output=True, text=True, cwd="/", timeout=120)
        check(done.returncode == 0 and done.stderr == "", f"{language} runs from anywhere", done.stderr)
        for name in ("w_o", "head_outputs"):
            changed = {**stored, name: stored[name].copy()}
            changed[name].flat[100] += 0.1
            np.savez(out.with_suffix(".npz"), **changed)
            _, stop = execute(script, out)
            check(stop is not None and "differs by" in stop, f"{language}: a wrong number of {name} in the npz", stop)
    small = tmp / "small.py"
    export("d_model=4", "--out", small)
    check(not small.with_suffix(".npz").exists(), "a small state needs no npz")
    runs(small.read_text(), "and runs") if recipes.torch else None
    Command("trace").good("seed=3", "mask=causal", "--out", tmp / "w.npz")
    script = export("--as", "numpy", "mask=causal", "--weights", tmp / "w.npz")
    runs(script, "weights from a file")
    check(script.count("array(") > export("--as", "numpy", "mask=causal").count("array(") - 1, "are in the script")
    runs(export("--as", "numpy", "mask=causal", "--from", tmp / "w.npz"), "stages from a file")


def test_refused(tmp):
    refused("'tensorflow' is not a language of scripts; there are pytorch and numpy", "--as", "tensorflow")
    refused("", "--as")
    refused("check.txt must end in .py", "--out", tmp / "check.txt")
    refused("numbers, and a script holds at most 100,000; give --out FILE.py", "d_model=512")
    refused("these settings are too large for values: they would take", "d_model=65536", "tokens=" + "a " * 3000)
    refused("unknown key 'd_modle'", "d_modle=8")
    refused("there is no such stage", "stage=nonsense")
    refused("there is no such file", "--weights", tmp / "missing.npz")
    refused("cannot be written", "--out", tmp / "missing" / "check.py")
    check(list(tmp.iterdir()) == [], "and nothing is written", list(tmp.iterdir()))
    export("d_model=512", "--out", tmp / "large.py")
    check((tmp / "large.npz").exists(), "but to files it goes")


if __name__ == "__main__":
    main(test_random_recipes, test_reading, test_hostile_text, test_damage, test_files, test_refused)
