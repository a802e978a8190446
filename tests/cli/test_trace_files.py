#!/usr/bin/python3
"""Files of `headwise trace`: what it reads and writes, and the bad ones it refuses."""
import json
import math
import os

from program import ROOT, Command, check, main
from stored import RICH, entry, floats, load, packed, raw, save

trace = Command("trace")
good, refused = trace.good, trace.refused


def trace_json(*args):
    return json.loads(good(*args, "--json"))


def test_bad_files(tmp):
    bad = tmp / "bad.safetensors"
    shapes = {"w_q": (8, 8), "x": (1, 8, 8)}
    zeros = bytes(256)

    def both(message, header, body=b"", length=None):
        raw(bad, header if isinstance(header, (str, bytes)) else json.dumps(header), body, length)
        refused(message, "--weights", bad)
        refused(message, "--from", bad)

    # not files, or not safetensors
    refused("there is no such file", "--weights", tmp / "missing")
    refused("is a directory; give a file", "--weights", tmp)
    refused("is a directory; give a file", "--from", tmp)
    refused("is a device; give a file", "--from", "/dev/zero")
    refused("there is no such file", "--weights", ROOT / "CMakeLists.txt" / "x")
    refused("\ufffd", "--weights", tmp / "new\nline")
    if os.geteuid() != 0:
        bad.write_bytes(b"")
        bad.chmod(0)
        refused("Permission denied", "--weights", bad)
        bad.chmod(0o600)
    bad.write_bytes(b"")
    refused("has 0 bytes; a safetensors file starts with 8", "--weights", bad)
    bad.write_bytes(b"1234567")
    refused("has 7 bytes", "--weights", bad)
    bad.write_bytes(b"PK\x03\x04" + bytes(range(1, 200)))
    refused("is not a safetensors file", "--weights", bad)
    both("is cut short", "{}", length=3)
    both("at most 100000000 are allowed", "{}", length=2**64 - 1)
    both("at most 100000000 are allowed", "{}", length=100000001)
    both("must start with {", "")
    both("must start with {", " {}")
    both("must start with {", "[]")
    both("must start with {", "\ufeff{}")
    # not the JSON that the format asks for
    both("not valid JSON", "{")
    both("not valid JSON", "{} {}")
    both("not valid JSON", "{'w_q': 1}")
    both("not valid JSON", "{/* */}")
    both("not valid JSON", b'{"\xff": 1}')
    both("has a NUL at its byte 2", b"{}\0\0")
    both("holds none of the", "{}")
    both("holds none of the", {"__metadata__": {"a": "b"}})
    both("must be an object", {"w_q": 3})
    both("must be an object", {"__metadata__": "x"})
    both("must be text", {"__metadata__": {"a": 1}})
    both("must be text", {"__metadata__": {"a": {"b": "c"}}})
    both("'w_q' is given twice", '{"w_q": ' + json.dumps(entry([0], 0, 0)) + ', "w_q": ' + json.dumps(entry([0], 0, 0)) + "}")
    both("'shape' is given twice", '{"w_q": {"dtype": "F32", "shape": [0], "shape": [0], "data_offsets": [0, 0]}}')
    both("'a' is given twice", '{"__metadata__": {"a": "1", "a": "2"}}')
    both("unknown field 'strides'", {"w_q": {**entry([0], 0, 0), "strides": [1]}})
    both("has no dtype", {"w_q": {"shape": [0], "data_offsets": [0, 0]}})
    both("has no shape", {"w_q": {"dtype": "F32", "data_offsets": [0, 0]}})
    both("has no data_offsets", {"w_q": {"dtype": "F32", "shape": [0]}})
    both("data_offsets must be two numbers", {"w_q": {"dtype": "F32", "shape": [0], "data_offsets": [0]}})
    both("data_offsets must be two numbers", {"w_q": {"dtype": "F32", "shape": [0], "data_offsets": [0, 0, 0]}})
    both("must be text", {"w_q": entry([0], 0, 0, dtype=32)})
    for size in ["-1", "1.0", "1e1", "true", "null", '"1"', "{}", "[1]", "18446744073709551616"]:
        both("must be a list of whole numbers, 0 or more",
             '{"w_q": {"dtype": "F32", "shape": [' + size + '], "data_offsets": [0, 4]}}', bytes(4))
    both("must be a list", '{"w_q": {"dtype": "F32", "shape": 8, "data_offsets": [0, 0]}}')
    both("must be", '{"w_q": {"dtype": "F32", "shape": ' + "[" * 100000 + "]" * 100000 + ', "data_offsets": [0, 0]}}')
    both("must be an object", '{"w_q": ' + "[" * 100000)
    both("must be", '{"a":' * 100000)
    # tensors that don't fit the file
    both("do not lie within the 0 bytes of data", {"w_q": entry([8, 8], 0, 256)})
    both("do not lie within", {"w_q": entry([0], 4, 0)}, bytes(8))
    both("do not lie within", {"w_q": entry([1], 0, 2**64 - 1)}, bytes(8))
    both("span 252 bytes, but its shape of F32 needs 256", {"w_q": entry([8, 8], 0, 252)}, bytes(252))
    both("span 8 bytes, but its shape of F64 needs 16", {"w_q": entry([2], 0, 8, "F64")}, bytes(8))
    both("more values than any file can hold", {"w_q": entry([2**32, 2**32], 0, 0)})
    both("more values than any file can hold", {"w_q": entry([2**63, 2], 0, 0)})
    both("overlap at byte 128", {"w_q": entry([8, 8], 0, 256), "w_k": entry([8, 8], 128, 384)}, bytes(384))
    both("overlap at byte 0", {"w_q": entry([8, 8], 0, 256), "w_k": entry([8, 8], 0, 256)}, zeros)
    both("bytes 256 to 260 of the data, before tensor 'w_k'",
         {"w_q": entry([8, 8], 0, 256), "w_k": entry([8, 8], 260, 516)}, bytes(516))
    both("bytes 0 to 4 of the data", {"w_q": entry([8, 8], 4, 260)}, bytes(260))
    both("bytes 256 to 257 of the data, after the last tensor", {"w_q": entry([8, 8], 0, 256)}, bytes(257))
    # tensors that don't fit the settings
    save(bad, {"w_q": ((8, 4), bytes(128))})
    refused("tensor 'w_q' has shape (8, 4), but with these settings it is (d_model, h*d_k) = (8, 8)", "--weights", bad)
    save(bad, {"w_k": ((4, 8), bytes(128))})
    refused("looks transposed", "--weights", bad, "num_kv_heads=1")
    save(bad, {"w_q": ((64,), zeros)})
    refused("has shape (64)", "--weights", bad)
    save(bad, {"w_q": ((), bytes(4))})
    refused("has shape ()", "--weights", bad)
    save(bad, {"w_q": ([0] + [1] * 40, b"")})
    refused("has shape (0, 1, 1, 1, 1, 1, 1, 1, \u2026)", "--weights", bad)
    save(bad, {"scores": ((1, 2, 8, 4), zeros)})
    refused("has shape (1, 2, 8, 4), but with these settings it is (B, h, T_q, T_kv) = (1, 2, 8, 8)", "--from", bad)
    save(bad, {"wq": ((8, 8), zeros)})
    refused("tensor 'wq' is not one of the weights and inputs of these settings: x w_q w_k w_v w_o", "--weights", bad)
    refused("tensor 'wq' is not one of the stages of these settings: x q k", "--from", bad)
    save(bad, {"w\nq\x1b[31m": ((8, 8), zeros)})
    refused("'w\ufffdq\ufffd[31m'", "--weights", bad)
    save(bad, {"b_q": ((8,), bytes(32))})
    refused("'b_q' is not one of the weights", "--weights", bad)
    refused("holds none of the stages", "--from", bad)
    save(bad, {"masked_scores": ((1, 2, 8, 8), bytes(512))})
    refused("'masked_scores' is not one of the stages", "--from", bad)
    refused("holds none of the weights", "--weights", bad)
    for dtype, size in [("F16", 2), ("BF16", 2), ("F64", 8), ("I64", 8), ("F8_E4M3", 1)]:
        raw(bad, json.dumps({"w_q": entry([8, 8], 0, 64 * size, dtype)}), bytes(64 * size))
        refused(f"tensor 'w_q' holds '{dtype}' values; they must be F32", "--weights", bad)
    raw(bad, json.dumps({"w_q": entry([8, 8], 0, 256, "F4\n")}), zeros)
    refused("holds 'F4\ufffd' values", "--weights", bad)
    # values that aren't numbers
    for name, flag in [("w_q", "--weights"), ("x", "--weights"), ("x", "--from")]:
        values = [0.0] * 64
        for value, said in [(math.nan, "is NaN at "), (math.inf, "is plus infinity at "), (-math.inf, "is minus infinity at ")]:
            values[19] = value
            save(bad, {name: (shapes[name], packed(values))})
            refused(said + ("[2, 3]" if name == "w_q" else "[0, 2, 3]"), flag, bad)
    save(bad, {"scores": ((1, 2, 8, 8), packed([math.inf] * 128))})
    refused("plus infinity", "--from", bad)
    save(bad, {"scores": ((1, 2, 8, 8), packed([0.0] * 127 + [math.nan]))})
    refused("is NaN at [0, 1, 7, 7]", "--from", bad)
    # sound parts of the file are no excuse, and a file with nothing wrong is taken
    save(bad, {"w_q": ((8, 8), zeros), "other": ((1,), bytes(4))})
    refused("'other'", "--weights", bad)
    raw(bad, json.dumps({"w_q": entry([8, 8], 0, 256)}) + " " * 13, zeros)
    good("--weights", bad)


def from_json(value):
    return {"-inf": -math.inf, "inf": math.inf, "nan": math.nan}.get(value, value) if isinstance(value, str) else value


def test_out(tmp):
    out, again = tmp / "out.safetensors", tmp / "again.safetensors"
    for args in ([], RICH, ["pipeline=flash", *RICH], ["tokens=x", "d_model=1", "num_heads=1"]):
        data = trace_json(*args, "--values", "--out", out)
        tensors, metadata = load(out)
        for stage in data["stages"]:
            shape, stored = tensors[stage["id"]]
            check(list(shape) == stage["shape"] and packed(list(map(from_json, stage["values"]))) == stored,
                  f"JSON and file agree to the bit: {stage['id']}")
        weights = {"w_q", "w_k", "w_v", "w_o"} | ({"b_q", "b_k", "b_v", "b_o"} if "bias=1" in args else set())
        mask = {"mask"} if data["state"]["mask"] != "none" else set()
        check(set(tensors) == {s["id"] for s in data["stages"]} | weights | mask, "the file has stages, weights and mask",
              sorted(tensors))
        check({k: v for k, v in metadata.items() if k != "headwise"} == data["state"], "metadata has the state", metadata)
        check(sum(math.prod(tensors[w][0]) for w in weights) == data["totals"]["parameters"], "weights are the parameters")

        good(*args, "seed=99" if not any("seed" in a for a in args) else "scale=auto", "--weights", out, "--out", again)
        other, _ = load(again)
        check(other == tensors, "--out, --weights, --out gives the same bits", [n for n in tensors if other.get(n) != tensors[n]])
        good(*args, "--from", out, "--out", again)
        check(load(again)[0] == tensors, "--from with every stage gives the same bits")

    args = ["tokens=a b c", "mask=causal", "bias=1"]
    good(*args, "--out", out)
    tensors, _ = load(out)
    x, w, b = (floats(tensors[name][1]) for name in ("x", "w_q", "b_q"))
    q = [sum(x[t * 8 + c] * w[c * 8 + f] for c in range(8)) + b[f] for t in range(3) for f in range(8)]
    check(max(abs(p - r) for p, r in zip(q, floats(tensors["q"][1]))) < 1e-5, "q = x w_q + b_q, weights stored (in, out)")
    check(-math.inf in floats(tensors["masked_scores"][1]), "the file keeps minus infinity")
    check(load_again(out, again, "mask=none", "bias=1", "tokens=a b c"), "a file with a mask loads where there is none")
    good("pipeline=flash", *args, "--weights", out, "--out", again)
    check(all(load(again)[0][n] == tensors[n] for n in ("w_q", "b_o", "scores")), "a file loads into another pipeline")

    # parts of a file
    save(again, {"w_v": tensors["w_v"]}, {"any": "thing"})
    data = trace_json(*args, "seed=5", "--weights", again, "--values")
    plain = trace_json(*args, "seed=5", "--values")
    changed = [s["id"] for s, p in zip(data["stages"], plain["stages"]) if s["values"] != p["values"]]
    check(changed == ["v", "v_heads", "head_outputs", "concat", "output"], "w_v alone changes what comes from it", changed)
    text = good(*args, "--weights", again)
    check(f"Read from {again}: w_v\n" in text, "says what it read", text)
    raw(again, json.dumps({"q": entry([3], 0, 6, "F16"), "x": entry([1, 3, 8], 6, 102)}), bytes(6) + tensors["x"][1])
    good(*args, "--weights", again)  # a stage is passed over, whatever is in it

    # writing over files
    good("--out", out)
    first = out.read_bytes()
    good("d_model=16", "--out", out)
    check(out.read_bytes() != first, "--out replaces a file")
    good("d_model=16", "--weights", out, "--out", out)
    check(load(out)[1]["d_model"] == "16", "--weights and --out may be the same file")
    link = tmp / "link"
    link.symlink_to(out)
    good("--out", link)
    check(link.is_symlink() and out.read_bytes() == first, "--out writes through a link")
    refused("", "num_heads=3", "--out", out)
    check(out.read_bytes() == first, "an error leaves the file alone")
    check(not list(tmp.glob("*.tmp")), "nothing temporary stays", list(tmp.iterdir()))


def load_again(path, again, *args):
    good(*args, "--weights", path, "--out", again)
    old, new = load(path)[0], load(again)[0]
    return all(old[n] == new[n] for n in ("x", "w_q", "b_k", "scores", "scaled_scores"))


def test_from(tmp):
    out, changed, after = tmp / "a", tmp / "b", tmp / "c"
    for pipeline in ("attention", "flash"):
        args = [f"pipeline={pipeline}", "mask=causal", "tokens=one two three"]
        before_json = trace_json(*args, "--out", out)
        before, _ = load(out)
        shape, data = before["scores"]
        scores = [2 * s + i for i, s in enumerate(floats(data))]
        save(changed, {"scores": (shape, packed(scores)), "w_q": before["w_q"], "mask": before["mask"]})
        data = trace_json(*args, "--from", changed, "--out", after)
        tensors, _ = load(after)
        ids = [stage["id"] for stage in data["stages"]]
        at = ids.index("scores")
        check(floats(tensors["scores"][1]) == floats(packed(scores)), "--from replaces a stage")
        check(all(tensors[i] == before[i] for i in ids[:at] if i != "scores"), "what comes before is as it was")
        check(all(tensors[i] != before[i] for i in ids[at + 1:] if i != "rescale"), "what comes after changes",
              [i for i in ids[at + 1:] if tensors[i] == before[i]])
        check(tensors["scaled_scores"][1] == packed([0.5 * s for s in floats(packed(scores))]), "and follows from it")
        check(data["stages"][at]["formula"] == f"scores was read from {changed}", "it says where it is from",
              data["stages"][at])
        check(data["stages"][at]["matmul_flops"] == 0 and before_json["stages"][at]["matmul_flops"] > 0,
              "what is read is not counted as computed")
        masked = [-math.inf if i % 3 else s for i, s in enumerate(scores)]
        save(changed, {"scores": (shape, packed(masked))})
        good(*args, "--from", changed, "--weights", out)

    # the concatenated heads pushed through W_O: only output changes
    good("--out", out)
    before, _ = load(out)
    save(changed, {"concat": (before["concat"][0], packed([0.0] * 64))})
    good("--from", changed, "--out", after)
    check(set(floats(load(after)[0]["output"][1])) == {0.0}, "zero heads give zero output")


def test_edits(tmp):
    plain, edited, again = tmp / "plain", tmp / "edited", tmp / "again"
    good("--out", plain)
    data = json.loads(good("edits=x:0,1,4=-1.25;w_q:0,1=5e-1", "--json", "--out", edited))
    check(data["state"]["edits"] == "w_q:0,1=0.5;x:0,1,4=-1.25", "edits have one way of being written", data["state"])
    check("; x[0, 1, 4] = -1.25" in data["stages"][0]["pytorch"], "the line of PyTorch sets them", data["stages"][0])
    before, after = load(plain)[0], load(edited)[0]
    for name, at, value in (("w_q", 1, 0.5), ("x", 12, -1.25)):
        was, now = floats(before[name][1]), floats(after[name][1])
        check(now[at] == value and [v for i, v in enumerate(now) if i != at] == [v for i, v in enumerate(was) if i != at],
              f"{name} is edited in one cell")
    check(after["w_k"] == before["w_k"] and after["output"] != before["output"], "and what depends on it follows")
    good("--weights", edited, "--out", again)
    check(load(again)[0] == after, "a file holds what was edited")
    good("--weights", edited, "edits=w_q:0,1=0.25", "--out", again)
    check(floats(load(again)[0]["w_q"][1])[1] == 0.25, "edits come on top of a file")
    good("--from", edited, "edits=scores:0,0,0,0=3", "--out", again)
    check(floats(load(again)[0]["scores"][1])[0] == 3, "a stage that a file gave can be edited")
    many = ";".join(f"w_q:{i // 64},{i % 64}=0.5" for i in range(512))
    refused("bytes long; at most 4096 are allowed: put that many values into a file, and load it with --weights",
            "d_model=64", "edits=" + many)


if __name__ == "__main__":
    main(test_bad_files, test_out, test_from, test_edits)
