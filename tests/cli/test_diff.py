#!/usr/bin/python3
"""`headwise diff` between states, links and files."""
import json

import numpy as np
from program import Command, check, main

diff, refused = Command("diff").good, Command("diff").refused


def diff_json(*args):
    return json.loads(diff("--json", *args))


def kinds(data):
    return {entry["id"]: entry["is"] for entry in data["tensors"]}


def test_states():
    data = diff_json("", "d_model=8")
    check(data["equal"] is True and set(kinds(data).values()) == {"identical"} and data["settings"] == {},
          "a state equals itself", data)
    check(list(data) == ["headwise", "a", "b", "equal", "settings", "tensors"], "JSON has its parts", list(data))
    text = diff("seed=1", "#v=1&seed=1")
    check(text.endswith(f"equal: all {len(data['tensors'])} tensors\n") and "identical to the bit" in text, "in words", text)

    data = diff_json("", "mask=causal")
    check(not data["equal"] and data["settings"] == {"mask": ["none", "causal"]}, "settings that differ", data["settings"])
    check(kinds(data) == {"x": "identical", **dict.fromkeys(["w_q", "q", "w_k", "k", "w_v", "v", "q_heads", "k_heads",
          "v_heads", "scores", "scaled_scores"], "identical"), "mask": "only_b", "masked_scores": "only_b",
          "attn_weights": "values", "head_outputs": "values", "concat": "values", "w_o": "identical", "output": "values"},
          "a mask changes what follows it", kinds(data))
    check([entry["id"] for entry in data["tensors"]][-2:] == ["mask", "masked_scores"], "those of B alone come last")
    back = diff_json("mask=causal", "")
    check(kinds(back)["mask"] == "only_a" and back["tensors"][-1]["id"] == "output", "the other way round", kinds(back))

    data = diff_json("tokens=a b c d_model=4", "tokens=a b c d d_model=4")
    check(kinds(data)["w_q"] == "identical" and kinds(data)["scores"] == "shape", "shapes", kinds(data))
    entry = next(entry for entry in data["tensors"] if entry["id"] == "scores")
    check(entry["shape_a"] == [1, 2, 3, 3] and entry["shape_b"] == [1, 2, 4, 4] and "index" not in entry, "both shapes", entry)
    check("in B of shape (1, 2, 4, 4)" in diff("tokens=a b c", "tokens=a b c d"), "in words")
    check(diff_json("tokens=a b = c  mask=causal   seed=2", "#v=1&tokens=a%20b%20%3D%20c&mask=causal&seed=2")["equal"],
          "a sentence ends where the next setting begins")
    check(diff_json("pipeline=flash", "")["tensors"] and "running_max" in diff("pipeline=flash", ""), "pipelines")


def test_files(tmp):
    for name in ("a.npz", "a.safetensors"):
        Command("trace").good("bias=1", "--out", tmp / name)
    check(diff_json(tmp / "a.npz", tmp / "a.safetensors")["equal"], "the two formats are equal")
    check(diff_json("bias=1", tmp / "a.npz")["equal"] and diff_json(tmp / "a.npz", "bias=1")["equal"], "a file and its state")
    with np.load(tmp / "a.npz") as file:
        arrays = {name: file[name].copy() for name in file.files}
    arrays["scores"][0, 1, 2, 3] += 0.5
    arrays["scores"][0, 1, 4, 4] -= 0.25
    arrays["q"][0, 0, 0] = np.nextafter(arrays["q"][0, 0, 0], np.float32(9))
    arrays["b_q"] = arrays["b_q"] * 0
    arrays["b_k"][0] = 0
    arrays["scaled_scores"][0, 0, 0, 0] = -np.inf
    del arrays["concat"]
    arrays["mine"] = np.ones((2, 3))
    zeros = {**arrays, "b_k": arrays["b_k"].copy()}
    zeros["b_k"][0] = -0.0
    np.savez(tmp / "b.npz", **arrays)
    np.savez(tmp / "c.npz", **zeros)
    data = diff_json(tmp / "a.npz", tmp / "b.npz")
    by_id = {entry["id"]: entry for entry in data["tensors"]}
    entry = by_id["scores"]
    check(entry["is"] == "values" and abs(entry["largest_difference"] - 0.5) < 1e-6 and entry["index"] == [0, 1, 2, 3]
          and abs(entry["b"] - entry["a"] - 0.5) < 1e-6, "the largest difference and its cell", entry)
    check(by_id["q"]["is"] == "values" and 0 < by_id["q"]["largest_difference"] < 1e-6 and by_id["q"]["index"] == [0, 0, 0],
          "one bit is a difference", by_id["q"])
    entry = by_id["scaled_scores"]
    check(entry["largest_difference"] == "inf" and entry["b"] == "-inf" and entry["index"] == [0, 0, 0, 0],
          "minus infinity against a number", entry)
    check(by_id["concat"]["is"] == "only_a" and by_id["concat"]["shape_b"] is None and by_id["mine"]["is"] == "only_b"
          and by_id["mine"]["shape_b"] == [2, 3], "tensors of one side", (by_id["concat"], by_id["mine"]))
    check(not data["equal"], "not equal")
    text = diff(tmp / "a.npz", tmp / "b.npz")
    check("differs by up to 0.5, at [0, 1, 2, 3]: " in text and "only in A" in text and "only in B" in text
          and "not equal: " in text.splitlines()[-1], "in words", text)
    data = diff_json(tmp / "b.npz", tmp / "c.npz")
    check(data["equal"] and kinds(data)["b_k"] == "equal" and kinds(data)["scaled_scores"] == "identical",
          "zeros of either sign are equal, infinities of one sign identical", kinds(data))
    check("equal, but for the sign of zeros" in diff(tmp / "b.npz", tmp / "c.npz"), "and it says so")


def test_refused(tmp):
    refused("", "d_model=8")
    refused("A: 'nonsense' is neither a file (.safetensors, .npz) nor settings", "nonsense", "")
    refused("B: 'trace.bin' is neither", "", "trace.bin")
    refused("unknown key 'd_modle'", "d_modle=8", "")
    refused("mask is given twice", "", "mask=causal mask=none")
    refused("num_heads=3", "num_heads=3", "")
    refused("there is no such file", tmp / "missing.npz", "")
    refused("v=2", "#v=2&d_model=8", "")
    refused("B: these settings are too large for values", "", "d_model=65536 tokens=" + "a " * 3000)
    (tmp / "bad.npz").write_bytes(b"PK")
    refused("bad.npz: is not an npz file", "", tmp / "bad.npz")
    np.savez(tmp / "nan.npz", x=np.full((1, 8, 8), np.nan))
    refused("nan.npz: tensor 'x' is NaN at [0, 0, 0]", "", tmp / "nan.npz")
    np.savez(tmp / "ints.npz", x=np.zeros((1, 8, 8), int))
    refused("holds '<i8' values", tmp / "ints.npz", "")


if __name__ == "__main__":
    main(test_states, test_files, test_refused)
