#!/usr/bin/python3
"""Headwise beside its peers: the same layers, the same numbers, one thread, every tensor readable.

Usage: run.py NATIVE_FOLDER WEB_FOLDER OUT.json [ROUNDS]. The peers are processes that wait for their
turn, so that rounds interleave; those in the browser have a Chromium each. Each figure is the
median over rounds of the median in a round. Outputs are compared before anything is timed.
"""
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

import numpy as np

import stored
from peer import HERE, PYTHON, Peer, chromium


def start(native, web):
    peers = [Peer("headwise", [f"{native}/headwise_bench"], "keys"),
             Peer("PyTorch", [PYTHON, "torch_peer.py", "new"]),
             Peer("PyTorch preallocated", [PYTHON, "torch_peer.py", "preallocated"]),
             Peer("ONNX Runtime", ["node", "onnx_peer.mjs"], "model"),
             Peer("headwise wasm", chromium("headwise", web), "keys"),
             Peer("ONNX Runtime Web", chromium("onnx", web), "model"),
             Peer("TensorFlow.js", chromium("tensorflow", web))]
    peers.append(Peer("ONNX Runtime Web, output only", None, only=("output",), like=peers[5], opens=None))
    return {peer.name: peer for peer in peers}


def open_and_compare(peers, name, spec, folder):
    keys = ["mask=causal", f"T={spec['tokens']}", *(f"{key}={spec[key]}" for key in ("d_model", "num_heads", "num_kv_heads"))]
    file, model, result = (f"{folder}/{name}.{end}" for end in ("safetensors", "onnx", "bin"))
    first = next(iter(peers.values()))
    first.ask("open", name, *keys)
    first.ask("save", name, file)
    subprocess.run([PYTHON, HERE / "onnx_model.py", json.dumps(spec), file, model], check=True, cwd=HERE)
    expected = stored.load(file)["output"].ravel()
    most = 1e-4 + 1e-5 * np.abs(expected).max()
    for peer in list(peers.values())[1:]:
        if peer.opens == "keys":
            peer.ask("open", name, *keys)
        elif peer.opens:
            peer.ask("open", name, file, model if peer.opens == "model" else json.dumps(spec, separators=(",", ":")))
        peer.ask("output", name, result)
        error = np.abs(np.fromfile(result, "<f4") - expected).max()
        if not error <= most:
            raise SystemExit(f"{name}: {peer.name} differs by {error:.2g}, where {most:.2g} is allowed")
    for path in (file, model, result):
        pathlib.Path(path).unlink()


def nominal_flops(spec):
    t, d, head = spec["tokens"], spec["d_model"], spec["d_model"] // spec["num_heads"]
    return 2 * t * d * head * (2 * spec["num_heads"] + 2 * spec["num_kv_heads"]) + 4 * t * t * d


def table(medians, ours, names):
    print(f"{'':3}" + "".join(f"{name:>32}" for name in (ours, *names)))
    for workload, row in medians.items():
        cells = "".join(f"{row[name]:>24.4g} {row[name] / row[ours]:>6.2f}x" for name in names)
        print(f"{workload:3}{row[ours]:>32.4g}{cells}")


def main():
    native, web, out = (pathlib.Path(path).resolve() for path in sys.argv[1:4])
    rounds = int(sys.argv[4]) if len(sys.argv) > 4 else 9
    workloads = json.loads((HERE / "workloads.json").read_text())
    peers = start(native, web)
    with tempfile.TemporaryDirectory() as folder:
        for name, spec in workloads.items():
            open_and_compare(peers, name, spec, folder)
    times = {name: {peer: [] for peer in peers} for name in workloads}
    products = {"headwise": [], "PyTorch": [], "headwise wasm": []}
    for _ in range(rounds):
        for name, spec in workloads.items():
            for peer in peers.values():
                times[name][peer.name].append(float(peer.ask("run", name, spec["ms"], *peer.only)))
        for peer in products:
            products[peer].append(float(peers[peer].ask("matmul", 1024, 200)))
    medians = {name: {peer: statistics.median(all_) for peer, all_ in row.items()} for name, row in times.items()}
    rates = {peer: 2 * 1024**3 / statistics.median(all_) / 1e6 for peer, all_ in products.items()}
    print(f"median ms of {rounds} rounds, and how many times Headwise's")
    names = list(peers)
    table(medians, "headwise", names[1:4])
    table(medians, "headwise wasm", names[5:])
    print("products of 1024 x 1024: " + ", ".join(f"{peer} {rate:.0f} GFLOP/s" for peer, rate in rates.items()))
    for name, spec in workloads.items():
        ours, in_wasm = medians[name]["headwise"], medians[name]["headwise wasm"]
        print(f"{name}: {nominal_flops(spec) / ours / 1e6:.0f} GFLOP/s of the layer's nominal FLOPs, "
              f"in wasm {nominal_flops(spec) / in_wasm / 1e6:.0f} ({ours / in_wasm:.0%} of native)")
    report = {"rounds": rounds, "ms": medians, "all_ms": times, "product_gflops": rates}
    out.write_text(json.dumps(report, indent=1) + "\n")


main()
