#!/usr/bin/python3
"""npz files between `headwise trace` and NumPy: each opens what the other writes, to the bit."""
import io
import json
import math
import pathlib
import shutil
import struct
import zipfile

import numpy as np
from program import Command, check, main

trace = Command("trace")
run, good, refused = trace.run, trace.good, trace.refused


def safetensors(path):
    data = pathlib.Path(path).read_bytes()
    (length,) = struct.unpack_from("<Q", data)
    header = json.loads(data[8:8 + length])
    metadata = header.pop("__metadata__")
    body = data[8 + length:]
    return {name: np.frombuffer(body[slice(*entry["data_offsets"])], "<f4").reshape(entry["shape"])
            for name, entry in header.items()}, metadata


def same(a, b):
    return set(a) == set(b) and all(a[n].shape == b[n].shape and a[n].tobytes() == b[n].tobytes() for n in a)


def load(path):
    with np.load(path, allow_pickle=False) as file:
        tensors = {name: file[name] for name in file.files}
    metadata = dict(tensors.pop("__metadata__")) if "__metadata__" in tensors else {}
    return tensors, {str(k): str(v) for k, v in metadata.items()}


def test_out(tmp):
    for args in ([], ["mask=causal,padding", "tokens=a \u732b | caf\u00e9 \U0001f600 x", "bias=1", "num_kv_heads=1"],
                 ["pipeline=flash", "mask=causal"], ["tokens=x", "d_model=1", "num_heads=1"]):
        good(*args, "--out", tmp / "a.npz")
        good(*args, "--out", tmp / "a.safetensors")
        tensors, metadata = load(tmp / "a.npz")
        others, other_metadata = safetensors(tmp / "a.safetensors")
        check(same(tensors, others), "npz and safetensors hold the same bits", args)
        check(metadata == other_metadata and "tokens" in metadata, "and the same state", metadata)
        check(all(a.dtype == np.dtype("<f4") and a.flags.c_contiguous for a in tensors.values()), "float32 in C order")
        check(zipfile.ZipFile(tmp / "a.npz").testzip() is None, "checksums fit")
        good(*args, "seed=77", "--weights", tmp / "a.npz", "--out", tmp / "b.npz")
        check(same(load(tmp / "b.npz")[0], tensors), "--out, --weights, --out gives the same bits")
        good(*args, "--from", tmp / "a.npz", "--out", tmp / "b.safetensors")
        check(same(safetensors(tmp / "b.safetensors")[0], tensors), "--from with every stage gives the same bits")
    first = (tmp / "a.npz").read_bytes()
    good(*args, "--out", tmp / "a.npz")
    check((tmp / "a.npz").read_bytes() == first, "the same state gives the same file")


def test_from_numpy(tmp):
    rng = np.random.default_rng(1)
    path = tmp / "n.npz"
    w = rng.normal(size=(8, 8)).astype("<f4")
    scores = rng.normal(size=(1, 2, 8, 8)).astype("<f4")
    for name, array in [("C order", w), ("Fortran order", np.asfortranarray(w)), ("transposed", w.T), ("float64", w.astype("<f8")),
                        ("float16", w.astype("<f2")), ("a slice", np.repeat(w, 2, axis=0)[::2])]:
        np.savez(path, w_q=array)
        good("--weights", path, "--out", tmp / "o.npz")
        check(load(tmp / "o.npz")[0]["w_q"].tobytes() == np.ascontiguousarray(array, "<f4").tobytes(), f"weights of NumPy, {name}")
    np.savez(path, scores=np.asfortranarray(scores))
    good("--from", path, "--out", tmp / "o.npz")
    check(load(tmp / "o.npz")[0]["scores"].tobytes() == scores.tobytes(), "four axes in Fortran order")
    scores[0, 0, 0, 1:] = -math.inf
    np.savez(path, scores=scores.astype("<f8"), q=rng.normal(size=(1, 8, 8)))
    good("--from", path, "--out", tmp / "o.npz")
    check(load(tmp / "o.npz")[0]["scores"].tobytes() == scores.tobytes(), "minus infinity in float64")
    half = np.array([0, -0.0, 6e-8, 6.1e-5, 1, 65504, -2.5, 0.1], "<f2")
    np.savez(path, w_q=np.tile(half, (8, 1)))
    good("--weights", path, "--out", tmp / "o.npz")
    check(load(tmp / "o.npz")[0]["w_q"][0].tobytes() == half.astype("<f4").tobytes(), "all kinds of float16")
    for version in ((1, 0), (2, 0), (3, 0)):
        raw = io.BytesIO()
        np.lib.format.write_array(raw, w, version=version)
        with zipfile.ZipFile(path, "w") as file:
            file.writestr("w_q.npy", raw.getvalue())
        good("--weights", path)


def test_refused(tmp):
    path = tmp / "bad.npz"
    w = np.zeros((8, 8), "<f4")

    def both(message, **arrays):
        np.savez(path, **arrays)
        refused(message, "--weights", path)

    np.savez_compressed(path, w_q=w)
    refused("bad.npz: entry 'w_q.npy' is compressed; save with numpy.savez, not savez_compressed", "--weights", path)
    refused("is compressed", "--from", path)
    both("holds '>f4' values; they must be '<f4', '<f8' or '<f2'", w_q=w.astype(">f4"))
    both("holds '<i8' values", w_q=w.astype("<i8"))
    both("holds '|b1' values", w_q=w.astype(bool))
    both("holds '|O' values", w_q=np.full((8, 8), None))
    both("header must have one type in quotes, like '<f4', for descr (records are not read)", w_q=np.zeros(2, [("a", "<f4")]))
    both("has shape (4, 8), but with these settings it is (d_model, h*d_k) = (8, 8)", w_q=np.zeros((4, 8)))
    both("has shape ()", w_q=np.float32(3))
    both("'other' is not one of the weights and inputs", w_q=w, other=w)
    both("holds none of the weights and inputs", scores=w)
    both("has a value too large for float32", w_q=np.full((8, 8), 1e300))
    w[2, 3] = math.nan
    both("tensor 'w_q' is NaN at [2, 3]", w_q=w)
    both("tensor 'w_q' is NaN at [2, 3]", w_q=np.asfortranarray(w, "<f8"))
    w[2, 3] = math.inf
    both("tensor 'w_q' is plus infinity at [2, 3]", w_q=w)
    both("__metadata__': must be text of shape (n, 2)", __metadata__=np.zeros(3))
    path.write_text("not a zip")
    refused("is not an npz file", "--weights", path)
    good("--out", tmp / "a.safetensors")
    shutil.copy(tmp / "a.safetensors", path)
    refused("is not an npz file", "--weights", path)
    good("--out", path)
    shutil.copy(path, tmp / "zip.safetensors")
    refused("is not a safetensors file", "--weights", tmp / "zip.safetensors")
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("notes.txt", "hello")
    refused("entry 'notes.txt' is not an array", "--weights", path)
    refused("there is no such file", "--weights", tmp / "missing.npz")
    refused("too large for values", "d_model=65536", "tokens=" + "a " * 3000, "--out", tmp / "large.npz")


if __name__ == "__main__":
    main(test_out, test_from_numpy, test_refused)
