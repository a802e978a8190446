#!/usr/bin/python3
"""PyTorch's side of scripts/bench, one thread: attention written out, every stage kept.

`torch` makes new tensors each time; `torch-preallocated` writes into the same ones.
"""
import json
import sys
import time

import numpy as np
import torch

import stored

torch.set_num_threads(1)
torch.set_grad_enabled(False)
preallocated = sys.argv[1] == "preallocated"


class Layer:
    def __init__(self, spec, path):
        given = stored.load(path)
        self.x, self.wq, self.wk, self.wv, self.wo = (
            torch.from_numpy(given[name].copy()) for name in ("x", "w_q", "w_k", "w_v", "w_o"))
        self.h, self.kv, self.t = spec["num_heads"], spec["num_kv_heads"], spec["tokens"]
        self.d = spec["d_model"] // self.h
        self.mask = torch.ones(self.t, self.t, dtype=torch.bool).triu(1)
        if preallocated:
            empty = torch.empty
            self.q, self.k, self.v = empty(1, self.t, self.h * self.d), *(empty(1, self.t, self.kv * self.d) for _ in "kv")
            square = (1, self.h, self.t, self.t)
            self.scores, self.scaled, self.masked, self.weights = (empty(square) for _ in range(4))
            self.heads = empty(1, self.h, self.t, self.d)
            self.concat, self.output = (empty(1, self.t, spec["d_model"]) for _ in range(2))

    def split(self, x, heads):
        return x.view(1, self.t, heads, self.d).transpose(1, 2)

    def run(self):
        scale = self.d ** -0.5
        if preallocated:
            q, k, v = (torch.matmul(self.x, w, out=out) for w, out in
                       ((self.wq, self.q), (self.wk, self.k), (self.wv, self.v)))
        else:
            q, k, v = self.x @ self.wq, self.x @ self.wk, self.x @ self.wv
        q, k, v = self.split(q, self.h), self.split(k, self.kv), self.split(v, self.kv)
        if self.kv < self.h:
            k, v = (heads.repeat_interleave(self.h // self.kv, dim=1) for heads in (k, v))
        if preallocated:
            torch.matmul(q, k.transpose(-2, -1), out=self.scores)
            torch.mul(self.scores, scale, out=self.scaled)
            self.masked.copy_(self.scaled).masked_fill_(self.mask, float("-inf"))
            torch.softmax(self.masked, -1, out=self.weights)
            torch.matmul(self.weights, v, out=self.heads)
            self.concat.view(1, self.t, self.h, self.d).copy_(self.heads.transpose(1, 2))
            return torch.matmul(self.concat, self.wo, out=self.output)
        scores = q @ k.transpose(-2, -1)
        scaled = scores * scale
        masked = scaled.masked_fill(self.mask, float("-inf"))
        weights = masked.softmax(-1)
        heads = weights @ v
        concat = heads.transpose(1, 2).reshape(1, self.t, self.h * self.d)
        output = concat @ self.wo
        self.kept = (q, k, v, scores, scaled, masked, weights, heads, concat)
        return output


def median_ms(budget, work):
    def ms(times):
        start = time.perf_counter()
        for _ in range(times):
            work()
        return (time.perf_counter() - start) * 1000 / times

    times = max(1, int(5 / max(1e-3, ms(3))))
    spent, all_ = 0.0, []
    while spent < budget or len(all_) < 3:
        all_.append(ms(times))
        spent += all_[-1] * times
    return float(np.median(all_))


layers = {}
for line in sys.stdin:
    verb, name, *rest = line.split()
    if verb == "open":
        layers[name] = Layer(json.loads(" ".join(rest[1:])), rest[0])
        print("ok", flush=True)
    elif verb == "output":
        layers[name].run().numpy().tofile(rest[0])
        print("ok", flush=True)
    elif verb == "run":
        print(median_ms(float(rest[0]), layers[name].run), flush=True)
    elif verb == "matmul":
        n = int(name)
        a, b, out = (torch.rand(n, n) for _ in range(3))
        print(median_ms(float(rest[0]), lambda: torch.mm(a, b, out=out)), flush=True)
