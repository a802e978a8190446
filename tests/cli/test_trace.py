#!/usr/bin/python3
"""`headwise trace` from outside: bad inputs, and what it prints.

Bad settings are in tests/bad_inputs.json, which the page's tests share. Each entry has "message",
which the error must contain, and "assignments", a list of KEY=VALUE, or "hash", a link's hash.
"repeat" says how often the first assignment's value is repeated. "argv_only" marks what is too long
for a link; "hash_only" what only a link can say (percent escapes).
"""
import json
import math
import os
import pathlib
import subprocess

from program import BIN, ROOT, Command, check, is_error, main
from stored import RICH, save

trace = Command("trace")
good, refused = trace.good, trace.refused


def trace_json(*args):
    return json.loads(good(*args, "--json"))


def test_bad_inputs():
    cases = json.loads((ROOT / "tests/bad_inputs.json").read_text())
    check(len(cases) >= 40, "there are enough bad inputs")
    for case in cases:
        args = [case["hash"]] if "hash" in case else list(case["assignments"])
        if "repeat" in case:
            key, value = args[0].split("=", 1)
            args[0] = f"{key}={value * case['repeat']}"
        refused(case["message"], *args)
    refused("byte 1 is not valid UTF-8", b"tokens=a\xff".decode("utf-8", "surrogateescape"))
    uneven = "tokens=" + "a " * 20000 + "| a " * 5000
    refused("5,001 sentences filled up to 20,000 tokens each are too many", uneven)
    refused("d_model is given twice", "d_model=16", "#v=1&d_model=8")
    refused("", "--nonsense")
    refused("", "--weights")


def test_bad_output(tmp):
    refused("is a directory", "--out", tmp)
    refused("cannot be written: No such file or directory", "--out", tmp / "missing" / "out.safetensors")
    if pathlib.Path("/dev/full").exists():
        refused("/dev/full: could not be written to its end: No space left on device", "--out", "/dev/full")
        with open("/dev/full", "wb") as full:
            result = subprocess.run([BIN, "trace", "--json", "--values"], stdout=full, stderr=subprocess.PIPE)
        check(is_error(result, "standard output: could not be written"), "a full disk is an error", result.stderr)
    reader, writer = os.pipe()
    os.close(reader)
    result = subprocess.run([BIN, "trace"], stdout=writer, stderr=subprocess.PIPE)
    os.close(writer)
    check(is_error(result, "standard output: could not be written"), "a closed pipe is an error", result.stderr)


RICH_SHAPES = {
    "embeddings": (["B", "T_q", "d_model"], [2, 4, 12]), "positions": (["T_q", "d_model"], [4, 12]),
    "x": (["B", "T_q", "d_model"], [2, 4, 12]), "q": (["B", "T_q", "h*d_k"], [2, 4, 8]),
    "k": (["B", "T_kv", "h_kv*d_k"], [2, 4, 4]), "v": (["B", "T_kv", "h_kv*d_v"], [2, 4, 10]),
    "q_heads": (["B", "h", "T_q", "d_k"], [2, 4, 4, 2]), "k_heads": (["B", "h_kv", "T_kv", "d_k"], [2, 2, 4, 2]),
    "v_heads": (["B", "h_kv", "T_kv", "d_v"], [2, 2, 4, 5]), "k_shared": (["B", "h", "T_kv", "d_k"], [2, 4, 4, 2]),
    "v_shared": (["B", "h", "T_kv", "d_v"], [2, 4, 4, 5]), "scores": (["B", "h", "T_q", "T_kv"], [2, 4, 4, 4]),
    "scaled_scores": (["B", "h", "T_q", "T_kv"], [2, 4, 4, 4]), "masked_scores": (["B", "h", "T_q", "T_kv"], [2, 4, 4, 4]),
    "attn_weights": (["B", "h", "T_q", "T_kv"], [2, 4, 4, 4]), "head_outputs": (["B", "h", "T_q", "d_v"], [2, 4, 4, 5]),
    "concat": (["B", "T_q", "h*d_v"], [2, 4, 20]), "output": (["B", "T_q", "d_model"], [2, 4, 12])}
STATE_KEYS = ["pipeline", "tokens", "d_model", "num_heads", "num_kv_heads", "head_dim", "v_dim", "scale", "mask",
              "position", "bias", "seed"]
COUNTS = ["parameters", "matmul_flops", "other_flops"]


def test_text():
    text = good()
    lines = text.splitlines()
    stages = [stage["id"] for stage in trace_json()["stages"]]
    shown = [line.split()[0] for line in lines if line.strip()]
    check(all(stage in shown for stage in stages), "plain trace lists every stage", text)
    check([s for s in shown if s in stages] == stages, "in their order", shown)
    check("B=1 h=2 T_q=8 T_kv=8" in text and "total" in text, "with shapes and totals", text)
    check("KV cache per token: 64 bytes in one layer" in text, "and cache bytes", text)
    table = [line for line in lines if line.split()[:1] and line.split()[0] in [*stages, "stage", "total"]]
    check(len(set(map(len, table))) == 1, "in aligned columns", text)
    check("2,097,152" in good("d_model=1024", "tokens=a"), "thousands are separated")
    values = good("--values", "tokens=so it goes", "mask=causal", "scale=0")
    check("  sentence 0, head 1\n" in values and "-\u221e" in values, "values come by slice", values)
    rows = values[values.index("attn_weights (B"):].splitlines()
    check(rows[2].split() == ["so", "it", "goes"] and rows[4].split() == ["it", "0.500", "0.500", "0.000"],
          "with tokens as rows and columns", rows[:6])
    check(good("stage=scores", "head=1", "cell=2,0", "theme=dark") == good(), "the view's keys change nothing")
    check(good("#v=1&d_model=16&num_heads=4&tokens=a%20b&stage=scores") == good("d_model=16", "num_heads=4", "tokens=a b"),
          "a link's hash says the same as its keys")

    check(good() == good("weights=random"), "without settings weights are random")
    constructed = ("weights=constructed", "tokens=The team that won the tournament has disbanded.")
    rows = good("--values", *constructed)
    rows = rows[rows.index("attn_weights (B"):]
    rows = rows[rows.index("head 2: agreement\n"):].splitlines()
    verb = next(row.split() for row in rows if row.split()[:1] == ["has"])
    check(float(verb[2]) > 0.8, "constructed weights link has with team, and slices say what their head is called", verb)
    state = trace_json(*constructed)["state"]
    check([state[key] for key in ("d_model", "num_heads", "head_dim", "v_dim")] == ["32", "5", "16", "4"],
          "constructed weights bring their sizes", state)


def test_json():
    for args in ([], RICH, ["pipeline=flash", *RICH], ["pipeline=flash", "tile_keys=1", "mask=causal"]):
        data = trace_json(*args)
        check(list(data) == ["headwise", "state", "stages", "totals"], "JSON has its four parts", list(data))
        check(data["headwise"].count(".") == 2, "version", data["headwise"])
        check(all(isinstance(v, str) for v in data["state"].values()) and set(STATE_KEYS) <= set(data["state"]),
              "state has every recipe key as text", data["state"])
        for pair in args:
            key, value = pair.split("=", 1)
            check(data["state"][key] == value, f"state has {pair}", data["state"])
        check(trace_json(*(f"{k}={v}" for k, v in data["state"].items())) == data, "the state gives the same trace again")
        for stage in data["stages"]:
            documented = ["id", "title", "role", "axes", "shape", "formula", "pytorch", *COUNTS, "bytes"]
            check(list(stage) in (documented, [*documented, "comparison"])
                  and len(stage["axes"]) == len(stage["shape"]) and all(stage[k] for k in ("title", "role", "formula", "pytorch"))
                  and all(type(stage[k]) is int and stage[k] >= 0 for k in [*COUNTS, "bytes"])
                  and stage["bytes"] in (0, 4 * math.prod(stage["shape"])), f"stage {stage['id']} is as documented", stage)
        totals = data["totals"]
        check(list(totals) == [*COUNTS, "kv_cache_bytes_per_token", "memory"], "totals are as documented", totals)
        for key in COUNTS:
            check(totals[key] == sum(stage[key] for stage in data["stages"] if "comparison" not in stage), f"total {key} is the sum", totals)
    data = trace_json(*RICH)
    check({s["id"]: (s["axes"], s["shape"]) for s in data["stages"]} == RICH_SHAPES, "shapes as designed", data["stages"])
    parameters = 12 * (8 + 4 + 10) + 8 + 4 + 10 + 20 * 12 + 12
    check(data["totals"]["parameters"] == parameters, "parameters", data["totals"])
    projections = 2 * 2 * 4 * (12 * (8 + 4 + 10) + 20 * 12)
    check(data["totals"]["matmul_flops"] == projections + 2 * 2 * 4 * 4 * 4 * (2 + 5), "matmul FLOPs", data["totals"])
    check(data["totals"]["kv_cache_bytes_per_token"] == 2 * (2 + 5) * 4, "cache bytes", data["totals"])


def test_too_large(tmp):
    large = ["tokens=" + "a " * 30000, "d_model=4096", "num_heads=32"]
    text = good(*large)
    check("Values are not computed: they would take" in text and "the limit is" in text, "large states say so", text)
    check("T_kv=30000" in text and "KV cache per token: 32,768 bytes" in text, "and show shapes and counts", text)
    data = trace_json(*large)
    check(data["totals"]["matmul_flops"] == 4 * 2 * 30000 * 4096**2 + 2 * 2 * 30000**2 * 4096, "counts are exact", data["totals"])
    check(not any("values" in stage for stage in data["stages"]), "without values")
    out = tmp / "large"
    for args in (["--values"], ["--json", "--values"], ["--out", out]):
        refused("too large for values: they would take", *large, *args)
    check(not out.exists(), "and nothing is written")
    bad = tmp / "bad"
    save(bad, {"w_q": ((8, 8), bytes(256))})
    refused("(d_model, h*d_k) = (4096, 4096)", *large, "--weights", bad)


if __name__ == "__main__":
    main(test_bad_inputs, test_bad_output, test_text, test_json, test_too_large)
