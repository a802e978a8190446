#!/usr/bin/python3
"""`headwise trace` of workload C beside the engine alone, in turns: command_line.py NATIVE_FOLDER [ROUNDS].
Both start as new processes, make the weights and compute with as many threads as there are cores."""
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import time

native = pathlib.Path(sys.argv[1]).resolve()
rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 9
keys = ["d_model=768", "num_heads=12", "mask=causal"]


def seconds(command, text=""):
    start = time.perf_counter()
    subprocess.run(command, input=text, text=True, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


engine, trace = [], []
for _ in range(rounds):
    engine.append(seconds([native / "headwise_bench"], f"threads {os.cpu_count()}\nopen C T=1024 {' '.join(keys)}\n"))
    trace.append(seconds([native / "headwise", "trace", *keys, "tokens=" + "!" * 1024]))
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
print(f"C from nothing: engine {statistics.median(engine) * 1e3:.0f} ms, headwise trace {statistics.median(trace) * 1e3:.0f} ms "
      f"({statistics.median(trace) / statistics.median(engine):.2f}x); the larger of both took {peak:.0f} MiB")
