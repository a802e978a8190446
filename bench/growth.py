#!/usr/bin/python3
"""How time and memory grow with the number of tokens and with d_model, against what the FLOPs and
bytes say: growth.py NATIVE_FOLDER WEB_FOLDER OUT.svg. Prints a table and the largest cliff.

The model of time: so many seconds for each FLOP, for each byte of the tensors, and for a run, fitted
to all sizes of a row. A cliff is how much more (or less) than the model says time or memory grows
from one size to the next.
"""
import math
import pathlib
import statistics
import subprocess
import sys

import numpy as np

from peer import Peer, chromium

ROUNDS = 3
TOKENS = [128, 181, 256, 362, 512, 724, 1024, 1448, 2048]
WIDTHS = [64, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 3072, 4096]
ROWS = {"tokens, at d_model 768": [(768, t) for t in TOKENS], "d_model, at 128 tokens": [(d, 128) for d in WIDTHS]}


def flops(d, t):
    return 8 * t * d * d + 4 * t * t * d


def settings(d, t):
    return [f"d_model={d}", f"num_heads={d // 64}", "mask=causal"], t


def peak_bytes(program, d, t):
    """Of a whole process, less what a small one takes."""
    def peak(words):
        code = "import resource, subprocess, sys; subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True); " \
               "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)"
        return int(subprocess.run([sys.executable, "-c", code, program, "trace", *words], check=True, capture_output=True).stdout)
    keys, t = settings(d, t)
    return peak([*keys, "tokens=" + "!" * t]) - peak([])


def fitted(sizes, seconds, cells):
    """The model's seconds for each size, by least squares of the relative error, no factor negative."""
    parts = np.array([[flops(d, t), c, 1.0] for (d, t), c in zip(sizes, cells)])
    weighted = parts / np.array(seconds)[:, None]
    best, least = None, math.inf
    for used in ([0, 1, 2], [0, 1], [0, 2], [0]):
        factors = np.linalg.lstsq(weighted[:, used], np.ones(len(sizes)), rcond=None)[0]
        error = np.sum((weighted[:, used] @ factors - 1) ** 2)
        if (factors >= 0).all() and error < least:
            best, least = parts[:, used] @ factors, error
    return best


def cliff(values, model):
    ratios = [v / m for v, m in zip(values, model)]
    return max(max(b / a, a / b) for a, b in zip(ratios, ratios[1:]))


def measure(native, web):
    peers = {"native": Peer("native", [f"{native}/headwise_bench"]), "wasm": Peer("wasm", chromium("headwise", web))}
    results = {}
    for row, sizes in ROWS.items():
        all_ms = {name: [[] for _ in sizes] for name in peers}
        for _ in range(ROUNDS):
            for i, (d, t) in enumerate(sizes):
                keys, t = settings(d, t)
                for name, peer in peers.items():
                    peer.ask("open", "G", f"T={t}", *keys)
                    budget = min(1000, 100 + 1e-7 * flops(d, t)) * (3 if name == "wasm" else 1)
                    peer.ask("run", "G", budget / 2)
                    all_ms[name][i].append(float(peer.ask("run", "G", budget)))
                    peer.ask("close", "G")
        ms = {name: [statistics.median(rounds) for rounds in all_] for name, all_ in all_ms.items()}
        needed, peaks = [], []
        for d, t in sizes:
            keys, t = settings(d, t)
            peers["native"].ask("open", "G", f"T={t}", *keys)
            needed.append(int(peers["native"].ask("bytes", "G")))
            peers["native"].ask("close", "G")
            peaks.append(peak_bytes(f"{native}/headwise", d, t))
        models = {name: fitted(sizes, all_, needed) for name, all_ in ms.items()}
        results[row] = {"sizes": sizes, "ms": ms, "models": models, "needed": needed, "peaks": peaks}
    return results


def curve(points, x, y, stroke, dash=""):
    line = " ".join(f"{x(a):.1f},{y(b):.1f}" for a, b in points)
    return f'<polyline points="{line}" fill="none" stroke="{stroke}" stroke-width="2"{dash}/>'


def chart(left, title, sizes, series, unit):
    """One panel: log-log, each series (name, colour, values, model)."""
    values = [v for _, _, measured, model in series for v in (*measured, *model)]
    low, high = min(values), max(values)
    x = lambda s: left + 60 + 300 * math.log(s / sizes[0]) / math.log(sizes[-1] / sizes[0])
    y = lambda v: 250 - 200 * math.log(v / low) / math.log(high / low)
    out = [f'<text x="{left + 60}" y="24" font-weight="600">{title}</text>']
    for size in (sizes[0], sizes[len(sizes) // 2], sizes[-1]):
        out.append(f'<text x="{x(size):.0f}" y="274" text-anchor="middle">{size}</text>')
    for power in range(math.ceil(math.log10(low)), math.floor(math.log10(high)) + 1):
        out.append(f'<line x1="{left + 60}" x2="{left + 360}" y1="{y(10**power):.1f}" y2="{y(10**power):.1f}" stroke="#d0d4da"/>')
        out.append(f'<text x="{left + 54}" y="{y(10**power) + 4:.1f}" text-anchor="end">{10**power:g}</text>')
    for n, (name, colour, measured, model) in enumerate(series):
        out.append(curve(zip(sizes, model), x, y, colour, ' stroke-dasharray="3 4"'))
        out += [f'<circle cx="{x(s):.1f}" cy="{y(v):.1f}" r="4" fill="{colour}"/>' for s, v in zip(sizes, measured)]
        out.append(f'<text x="{left + 70}" y="{48 + 18 * n}" fill="{colour}">{name}, {unit}</text>')
    return out


def main():
    native, web, file = (pathlib.Path(path).resolve() for path in sys.argv[1:4])
    results = measure(native, web)
    body, worst = [], 0.0
    for n, (row, r) in enumerate(results.items()):
        sizes = [t if n == 0 else d for d, t in r["sizes"]]
        mb = lambda values: [v / 1e6 for v in values]
        times = [(name, colour, r["ms"][name], r["models"][name]) for name, colour in (("native", "#1763b6"), ("wasm", "#b3531b"))]
        large = [i for i, needed in enumerate(r["needed"]) if needed > 8e6]  # below that a process is mostly itself
        of_large = lambda values: [values[i] for i in large]
        memory = [("peak", "#2b7a3d", mb(of_large(r["peaks"])), mb(of_large(r["needed"])))]
        body.append(f'<g transform="translate(0 {300 * n})">' + "\n".join(
            chart(0, f"time by {row}", sizes, times, "ms") + chart(420, f"memory by {row}", of_large(sizes), memory, "MB")) + "</g>")
        print(f"by {row}:  size, native ms (model), wasm ms (model), peak MB (tensors)")
        for i, size in enumerate(sizes):
            print(f"{size:6}" + "".join(f"{r['ms'][name][i]:12.3f} ({r['models'][name][i]:.3f})" for name in r["ms"]) +
                  f"{r['peaks'][i] / 1e6:10.1f} ({r['needed'][i] / 1e6:.1f})")
        cliffs = {**{name: cliff(r["ms"][name], r["models"][name]) for name in r["ms"]},
                  "memory": cliff(of_large(r["peaks"]), of_large(r["needed"]))}
        print("  largest cliffs: " + ", ".join(f"{name} {value:.2f}x" for name, value in cliffs.items()))
        worst = max(worst, *cliffs.values())
    print(f"largest of all: {worst:.2f}x")
    file.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 600" font-family="sans-serif" font-size="13">'
        f'<rect width="800" height="600" fill="#fff"/>' + "\n".join(body) + "</svg>\n")


main()
