#!/usr/bin/python3
"""Headwise beside its peers: the same layers, the same numbers, one thread, every tensor kept.

Usage: run.py BENCH OUT.json [ROUNDS]. The peers are processes that wait for their turn, so that
rounds interleave; each figure is the median over rounds of the median in a round. Outputs are
compared before anything is timed.
"""
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

import numpy as np

import stored

HERE = pathlib.Path(__file__).resolve().parent
PYTHON = "/usr/bin/python3"


class Peer:
    def __init__(self, name, command):
        self.name = name
        environment = dict(os.environ, OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
        self.process = subprocess.Popen(command, cwd=HERE, env=environment, text=True, bufsize=1,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, *words):
        self.process.stdin.write(" ".join(map(str, words)) + "\n")
        answer = self.process.stdout.readline().strip()
        if not answer:
            raise SystemExit(f"{self.name} gave up at {' '.join(map(str, words))[:200]}")
        return answer


def main():
    bench, out = sys.argv[1], pathlib.Path(sys.argv[2])
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 9
    workloads = json.loads((HERE / "workloads.json").read_text())
    peers = {"headwise": [bench], "torch": [PYTHON, "torch_peer.py", "new"],
             "torch-preallocated": [PYTHON, "torch_peer.py", "preallocated"], "onnxruntime": ["node", "onnx_peer.mjs"]}
    running = {name: Peer(name, command) for name, command in peers.items()}
    ours = running["headwise"]
    with tempfile.TemporaryDirectory() as folder:
        for name, spec in workloads.items():
            ours.ask("open", name, "mask=causal", f"T={spec['tokens']}",
                     *(f"{key}={spec[key]}" for key in ("d_model", "num_heads", "num_kv_heads")))
            file, model, result = (f"{folder}/{name}.{end}" for end in ("safetensors", "onnx", "bin"))
            ours.ask("save", name, file)
            subprocess.run([PYTHON, HERE / "onnx_model.py", json.dumps(spec), file, model], check=True, cwd=HERE)
            expected = stored.load(file)["output"].ravel()
            most = 1e-4 + 1e-5 * np.abs(expected).max()
            for peer in list(running.values())[1:]:
                peer.ask("open", name, file, model if peer.name == "onnxruntime" else json.dumps(spec))
                peer.ask("output", name, result)
                error = np.abs(np.fromfile(result, "<f4") - expected).max()
                if not error <= most:
                    raise SystemExit(f"{name}: {peer.name} differs by {error:.2g}, where {most:.2g} is allowed")
            pathlib.Path(file).unlink()
            pathlib.Path(model).unlink()
        times = {name: {peer: [] for peer in running} for name in workloads}
        products = {"headwise": [], "torch": []}
        for _ in range(rounds):
            for name, spec in workloads.items():
                for peer in running.values():
                    times[name][peer.name].append(float(peer.ask("run", name, spec["ms"])))
            for peer in products:
                products[peer].append(float(running[peer].ask("matmul", 1024, 200)))
    medians = {name: {peer: statistics.median(all_) for peer, all_ in row.items()} for name, row in times.items()}
    print(f"median ms of {rounds} rounds (times Headwise)")
    print("   " + "".join(f"{peer:>30}" for peer in running))
    for name, row in medians.items():
        print(f"{name:3}" + "".join(f"{row[peer]:>22.4g} {row[peer] / row['headwise']:>6.2f}x" for peer in running))
    rate = {peer: 2 * 1024**3 / statistics.median(all_) / 1e6 for peer, all_ in products.items()}
    print(f"products of 1024 x 1024: Headwise {rate['headwise']:.0f} GFLOP/s, OpenBLAS (by PyTorch) {rate['torch']:.0f}")
    for name, spec in workloads.items():
        t, d = spec["tokens"], spec["d_model"]
        head = d // spec["num_heads"]
        flops = 2 * t * d * head * (2 * spec["num_heads"] + 2 * spec["num_kv_heads"]) + 4 * t * t * d
        print(f"{name}: {flops / medians[name]['headwise'] / 1e6:.0f} GFLOP/s of the layer's nominal FLOPs")
    out.write_text(json.dumps({"rounds": rounds, "ms": medians, "all_ms": times, "product_gflops": rate}, indent=1) + "\n")


main()
