"""Writes sample.json: a dozen small recipes with inputs, weights and every stage as PyTorch in double
precision has them. tests/engine/attention/reference_sample.cpp reads it where there is no PyTorch.

    /usr/bin/python3 tests/reference/make_sample.py

Inputs are multiples of 1/64, so that float32 holds them exactly.
"""

import json
import math
import pathlib
import random

import torch

import reference

# pipeline, lengths of the sentences, d_model, h, h_kv, d_k, d_v, causal, padding, sinusoidal, bias, keys a tile
RECIPES = [
    ("attention", [5], 8, 2, 2, 4, 4, 0, 0, 0, 0, 0),
    ("attention", [4], 8, 4, 2, 2, 2, 1, 0, 0, 1, 0),
    ("attention", [5], 6, 3, 1, 2, 2, 0, 0, 1, 0, 0),
    ("attention", [2, 4], 8, 2, 2, 4, 4, 0, 1, 0, 1, 0),
    ("attention", [3, 1, 4], 5, 4, 2, 3, 2, 1, 1, 1, 1, 0),
    ("attention", [1], 1, 1, 1, 1, 1, 1, 0, 1, 1, 0),
    ("attention", [4], 7, 2, 1, 3, 5, 1, 0, 1, 0, 0),
    ("attention", [6], 16, 8, 4, 2, 2, 1, 0, 0, 0, 0),
    ("attention", [2], 150, 1, 1, 3, 2, 0, 0, 0, 0, 0),
    ("flash", [7], 8, 2, 2, 4, 4, 0, 0, 0, 0, 3),
    ("flash", [5], 6, 4, 2, 2, 3, 1, 0, 1, 1, 2),
    ("flash", [4, 6], 8, 2, 1, 4, 4, 1, 1, 0, 0, 2),
    ("flash", [3], 4, 1, 1, 4, 4, 0, 0, 0, 0, 8),
]


def numbers(tensor):
    return ["-inf" if value == -math.inf else float(f"{value:.9g}") for value in tensor.flatten().tolist()]


def mask_line(s):
    """The line that makes the mask in PyTorch: run here, so known to be right."""
    count = max(s["lengths"])
    line = f"mask = torch.ones({len(s['lengths'])}, {count}, {count}, dtype=torch.bool)"
    if s["causal"]:
        line += ".tril()"
    if s["padding"]:
        lengths = ", ".join(map(str, s["lengths"]))
        line += f" & (torch.arange({count}) < torch.tensor([{lengths}])[:, None, None])"
    names = {"torch": torch}
    exec(line, names)
    assert torch.equal(names["mask"].double(), reference.attend_mask(s))
    return line + "  # True = attend"


def recipe(row, rng):
    pipeline, lengths, d_model, h, h_kv, d_k, d_v, causal, padding, sinusoidal, bias, tile = row
    s = {"pipeline": pipeline, "lengths": lengths, "d_model": d_model, "num_heads": h,
         "num_kv_heads": h_kv, "head_dim": d_k, "v_dim": d_v, "scale": 1 / math.sqrt(d_k),
         "causal": causal, "padding": padding, "sinusoidal": sinusoidal, "bias": bias,
         "tile_keys": tile}
    state = {key: str(s[key]) for key in ("pipeline", "d_model", "num_heads", "num_kv_heads",
                                          "head_dim", "v_dim", "bias")}
    state["tokens"] = " | ".join(" ".join("abcdefgh"[:n]) for n in lengths)
    state["mask"] = ",".join(["causal"] * causal + ["padding"] * padding) or "none"
    state["position"] = "sinusoidal" if sinusoidal else "none"
    if tile:
        state["tile_keys"] = str(tile)

    def draw(*shape, deviation):
        count = math.prod(shape)
        drawn = [round(rng.gauss(0, deviation) * 64) / 64 for _ in range(count)]
        return torch.tensor(drawn).reshape(shape)

    given = {"embeddings" if sinusoidal else "x":
             draw(len(lengths), max(lengths), d_model, deviation=1)}
    for name, (rows, columns) in {"q": (d_model, h * d_k), "k": (d_model, h_kv * d_k),
                                  "v": (d_model, h_kv * d_v), "o": (h * d_v, d_model)}.items():
        given["w_" + name] = draw(rows, columns, deviation=1 / math.sqrt(rows))
        if bias:
            given["b_" + name] = draw(columns, deviation=0.3)
    exact = reference.stages(s, given)
    layer = reference.torch_module(s, given, exact["x"])
    if layer is not None:
        assert torch.allclose(layer[0], exact["output"], rtol=1e-9, atol=1e-12)
    out = {"state": state, "given": {name: numbers(tensor) for name, tensor in given.items()},
           "stages": {name: {"shape": list(tensor.shape), "values": numbers(tensor)}
                      for name, tensor in exact.items() if name not in given}}
    if causal or padding:
        out["mask_pytorch"] = mask_line(s)
    return out


def main():
    rng = random.Random(2017)
    path = pathlib.Path(__file__).parent / "sample.json"
    lines = [json.dumps(recipe(row, rng), separators=(",", ":")) for row in RECIPES]
    path.write_text("[\n" + ",\n".join(lines) + "\n]\n")
    print(f"{path}: {len(lines)} recipes, {path.stat().st_size} bytes")


main()
