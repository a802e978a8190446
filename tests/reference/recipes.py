"""Random recipes, running the command line on them, and reading what it writes."""

import json
import math
import os
import random
import struct
import subprocess
import sys

try:
    import torch
except ImportError:  # random recipes need none
    torch = None

WORDS = "the bank by river was flooded a boat went down slowly under an old bridge".split()


def samples(quick, full):
    return full if os.environ.get("HEADWISE_FULL") == "1" else quick


def random_recipe(seed):
    """Settings as plain numbers, and the same as KEY=VALUE arguments."""
    rng = random.Random(seed)
    large = rng.random() < 0.1
    lengths = [rng.randint(1, 16 if large else 6) for _ in range(rng.randint(1, 3))]
    sentences = [" ".join(rng.choices(WORDS, k=n)) for n in lengths]
    heads = rng.choice([1, 2, 2, 3, 4, 4, 6, 8])
    kv_heads = rng.choice([d for d in range(1, heads + 1) if heads % d == 0])
    keys = {"tokens": " | ".join(sentences), "num_heads": heads, "seed": rng.randint(0, 10**6)}
    if kv_heads < heads or rng.random() < 0.5:
        keys["num_kv_heads"] = kv_heads
    else:
        kv_heads = heads
    if rng.random() < 0.6:
        head_dim = rng.randint(1, 24 if large else 5)
        d_model = heads * head_dim
    else:
        d_model = rng.randint(1, 200 if large else 14)
        head_dim = keys["head_dim"] = rng.randint(1, 24 if large else 6)
    keys["d_model"] = d_model
    v_dim = head_dim
    if rng.random() < 0.3:
        v_dim = keys["v_dim"] = rng.randint(1, 24 if large else 6)
    scale = 1 / math.sqrt(head_dim)
    if rng.random() < 0.2:
        scale = keys["scale"] = rng.choice([1.0, 0.25, -0.5, 0.0])
    mask = keys["mask"] = rng.choice(["none", "causal", "padding", "causal,padding"])
    keys["position"] = rng.choice(["none", "sinusoidal"])
    keys["bias"] = rng.randint(0, 1)
    keys["pipeline"] = rng.choice(["attention", "attention", "flash"])
    tile_keys = math.ceil(max(lengths) / 3)
    if keys["pipeline"] == "flash" and rng.random() < 0.6:
        tile_keys = keys["tile_keys"] = rng.randint(1, 7)
    settings = {
        "pipeline": keys["pipeline"], "lengths": lengths, "d_model": d_model, "num_heads": heads,
        "num_kv_heads": kv_heads, "head_dim": head_dim, "v_dim": v_dim, "scale": scale,
        "causal": "causal" in mask, "padding": "padding" in mask,
        "sinusoidal": keys["position"] == "sinusoidal", "bias": keys["bias"] == 1,
        "tile_keys": tile_keys,
    }
    return settings, [f"{key}={value}" for key, value in keys.items()]


def random_edits(seed, tensors, report):
    """The key `edits` for a few cells of tensors that are not computed from others."""
    rng = random.Random(seed)
    stages = {stage["id"] for stage in report["stages"]}
    names = [name for name in tensors if name not in stages]
    names += ["embeddings"] if "embeddings" in tensors else ["x"]
    names += ["positions"] if "positions" in tensors and "position_table" not in tensors else []
    names = [name for name in names if name.split("/")[-1] != "relative_index"]  # follows from the settings
    switches = ("mask", "dropout_mask", "head_gate")  # 0 or 1 alone
    edits = {}
    for _ in range(rng.randint(1, 6)):
        name = rng.choice(names)
        cell = ",".join(str(rng.randrange(size)) for size in tensors[name].shape)
        edits[f"{name}:{cell}"] = rng.randint(0, 1) if name.split("/")[-1] in switches else round(rng.gauss(0, 2), 3)
    return "edits=" + ";".join(f"{cell}={value}" for cell, value in edits.items())


PIPELINES = ["attention", "attention", "attention", "flash", "latent", "decode", "latent_decode", "block", "block", "one_head", "storage"]


def random_variant(seed):
    """Settings as KEY: VALUE, those left at their default not among them."""
    rng = random.Random(seed)
    pipeline = rng.choice(PIPELINES)
    least = 2 if pipeline.endswith("decode") else 1
    lengths = [rng.randint(least, 6) for _ in range(rng.randint(1, 2))]
    heads = rng.choice([1, 2, 2, 3, 4, 6])
    keys = {"pipeline": pipeline, "num_heads": heads, "seed": rng.randint(0, 10**6),
            "tokens": " | ".join(" ".join(rng.choices(WORDS, k=n)) for n in lengths)}
    if rng.random() < 0.6:
        head_dim = 2 * rng.randint(1, 3)
        keys["d_model"] = heads * head_dim
    else:
        head_dim = keys["head_dim"] = 2 * rng.randint(1, 3)
        keys["d_model"] = rng.randint(1, 13)

    def maybe(key, chance, values):
        if rng.random() < chance:
            keys[key] = rng.choice(values)

    maybe("v_dim", 0.3, [1, 2, 3, 5])
    maybe("scale", 0.15, [0.25, 1, -0.5])
    maybe("bias", 0.5, [1])
    has = lambda *names: pipeline in names
    everything = has("attention", "flash", "decode", "block")
    if everything or has("one_head"):
        maybe("num_kv_heads", 0.5, [d for d in range(1, heads + 1) if heads % d == 0])
    if has("attention", "flash") and rng.random() < 0.4:
        contexts = [rng.randint(1, 7) for _ in lengths]
        keys["context_tokens"] = " | ".join(" ".join(rng.choices(WORDS, k=n)) for n in contexts)
        maybe("d_context", 0.5, [1, 3, 5, 8])
    if not has("storage"):
        masks = [m for m in ("causal", "padding", "window", "custom") if rng.random() < 0.35]
        if masks:
            keys["mask"] = ",".join(masks)
        if "window" in masks:
            maybe("window", 0.7, [1, 2, 4])
        if "context_tokens" in keys:
            maybe("align", 0.5, ["bottom-right"])
        if has("attention", "block") and masks:
            maybe("mask_when", 0.2, ["after"])
    if everything:
        position = rng.choice(["none", "sinusoidal", "learned", "shaw", "rope", "alibi"])
        if position != "none":
            keys["position"] = position
        if position == "learned":
            maybe("max_positions", 0.5, [7, 9])
        if position == "shaw":
            maybe("clip_distance", 0.5, [1, 3])
            if has("attention", "block"):
                maybe("shaw_values", 0.5, [1])
        if position == "rope":
            maybe("rope_base", 0.4, [100, 500000])
            maybe("rotary_dim", 0.4, list(range(2, head_dim + 1, 2)))
            maybe("rope_pairs", 0.5, ["half"])
        maybe("qk_norm", 0.3, [1])
        maybe("softcap", 0.3, [0.5, 2, 50])
    if has("attention", "block"):
        maybe("sink", 0.25, [1])
        if rng.random() < 0.3:
            keys["training"] = 1
            maybe("dropout", 0.7, [0, 0.25, 0.5])
            maybe("dropout_on", 0.4, ["outputs"])
            maybe("dropout_seed", 0.5, [1, 77])
    if has("attention"):
        maybe("contributions", 0.3, [1])
        maybe("heads_off", 0.25, [rng.randrange(heads)])
    if has("flash"):
        maybe("tile_keys", 0.6, [1, 2, 3, 5])
        maybe("tile_queries", 0.3, [1, 2, 4])
    if has("latent", "latent_decode"):
        maybe("kv_lora_rank", 0.6, [1, 3, 6])
        maybe("q_lora_rank", 0.5, [1, 4])
        maybe("rope_dim", 0.4, [4])
        maybe("latent_rope_base", 0.3, [100])
    if has("decode", "latent_decode"):
        maybe("new_tokens", 0.5, list(range(1, max(lengths))))
    if has("block"):
        maybe("layers", 0.6, [1, 3])
        maybe("norm", 0.5, ["rms"])
        maybe("norm_place", 0.5, ["post"])
        maybe("activation", 0.7, ["relu", "swiglu"])
        maybe("d_ff", 0.6, [1, 5, 7])
        if rng.random() < 0.4:
            keys["experts"] = rng.randint(1, 5)
            if keys["experts"] > 1:
                keys["top_k"] = rng.randint(1, keys["experts"])
            else:
                keys["top_k"] = 1
    if has("attention", "flash", "decode", "one_head") and rng.random() < 0.2:
        for key in ("bias", "num_kv_heads", "d_context", "position", "max_positions", "clip_distance", "shaw_values", "rope_base",
                    "rotary_dim", "rope_pairs", "qk_norm", "sink", "heads_off"):
            keys.pop(key, None)
        keys.update(weights="constructed", d_model=32, num_heads=5, head_dim=16, v_dim=4)
    return keys


def arguments(keys):
    return [f"{key}={value}" for key, value in keys.items()]


def read_safetensors(path):
    """Tensors by name (float64), and the metadata."""
    with open(path, "rb") as file:
        (size,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(size))
        data = bytearray(file.read())
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        assert entry["dtype"] == "F32", (name, entry)
        begin, end = entry["data_offsets"]
        flat = torch.frombuffer(data[begin:end], dtype=torch.float32) if end > begin else torch.empty(0)
        tensors[name] = flat.double().reshape(entry["shape"])
    return tensors, metadata


def trace(arguments, out):
    """Runs `headwise trace`: (tensors of the file, the JSON)."""
    command = [os.environ["HEADWISE_BIN"], "trace", *arguments, "--out", out, "--json"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}\nexit status {done.returncode}\n{done.stderr}")
    return read_safetensors(out)[0], json.loads(done.stdout)


class Tally:
    """Errors by stage, against |ours - ref| <= 1e-5 + 1.3e-6 * max|ref|."""

    def __init__(self):
        self.worst = {}  # stage: (share of the tolerance, error)
        self.passed = self.failed = 0

    def compare(self, stage, ours, exact, amplified=1.0):
        """What is wrong, or None."""
        if tuple(ours.shape) != tuple(exact.shape):
            return f"{stage}: shape {tuple(ours.shape)}, expected {tuple(exact.shape)}"
        finite = torch.isfinite(exact)
        if not torch.equal(ours[~finite], exact[~finite]) or not torch.isfinite(ours[finite]).all():
            return f"{stage}: infinities differ"
        if not finite.any():
            return None
        error = (ours - exact)[finite].abs().max().item()
        share = error / (1e-5 + 1.3e-6 * exact[finite].abs().max().item()) / amplified
        name = stage.split("/")[-1]  # all layers and steps together
        self.worst[name] = max(self.worst.get(name, (0, 0)), (share, error))
        return None if share <= 1 else f"{stage}: off by {error:.3g}, {share:.3g} of the tolerance"

    def recipe(self, arguments, faults):
        faults = [fault for fault in faults if fault]
        self.passed += not faults
        self.failed += bool(faults)
        for fault in faults:
            print(f"FAILED {' '.join(repr(a) for a in arguments)}\n  {fault}")

    def finish(self):
        print("stage                 worst error   of tolerance")
        for stage, (share, error) in self.worst.items():
            print(f"{stage:20} {error:12.3g} {100 * share:12.1f} %")
        print(f"{self.passed} passed, {self.failed} failed")
        sys.exit(1 if self.failed or not self.passed else 0)
