#!/usr/bin/python3
"""`headwise count` from outside: model cards, the list of models, settings, and what is refused.
"""
import json
import os
import subprocess

from program import BIN, ROOT, Command, check, is_error, main

command = Command("count")
run, good, refused = command.run, command.good, command.refused


def count_json(*args):
    return json.loads(good(*args, "--json"))


LLAMA = {"model_type": "llama", "hidden_size": 4096, "num_attention_heads": 32, "num_hidden_layers": 32,
         "num_key_value_heads": 8, "max_position_embeddings": 131072}
PUBLISHED = {  # parameters of a layer, cache bytes of a token over all layers at 2 bytes a number
    "gpt2": (2362368, 36864), "llama-2-70b": (150994944, 327680), "llama-3.1-8b": (41943040, 131072),
    "gemma-7b": (50331648, 458752), "qwen2-7b": (29364736, 57344), "falcon-7b": (41877504, 8192),
    "deepseek-v3": (187107328, 70272)}


def evaluate(numbers):
    return eval(numbers.replace(",", "").replace("\u00d7", "*"), {"__builtins__": {}})


def is_consistent(report):
    """Every formula's numbers give its value, and sums are sums."""
    counts = [*report["parameters"], report["parameters_per_layer"], report["parameters_all_layers"], *report["kv_cache"]]
    check(all(evaluate(c["numbers"]) == c["value"] for c in counts), f"numbers give values: {report['name']}", counts)
    check(all(c["formula"].count("+") == c["numbers"].count("+") for c in counts), f"formulas fit: {report['name']}", counts)
    layer = sum(p["value"] for p in report["parameters"])
    check(report["parameters_per_layer"]["value"] == layer
          and report["parameters_all_layers"]["value"] == layer * report["recipe"]["layers"], f"sums: {report['name']}", layer)


def test_list():
    reports = count_json("--list")
    names = [report["model"] for report in reports]
    check(len(names) >= 20 and len(set(names)) == len(names), "at least 20 models are listed", names)
    check(sorted(names) == sorted(p.stem for p in (ROOT / "cards").glob("*.json")), "each card is listed", names)
    text = good("--list")
    check([line.split()[0] for line in text.splitlines()[1:]] == names, "the list in words has the same models", text)
    for report in reports:
        is_consistent(report)
    by_name = {report["model"]: report for report in reports}
    for name, (parameters, cache) in PUBLISHED.items():
        report = by_name[name]
        check(report["parameters_per_layer"]["value"] == parameters, f"parameters of {name}", report)
        check(report["kv_cache"][1]["value"] == cache, f"cache of {name}", report["kv_cache"])
        check(count_json("--model", name) == report, f"--model {name} says the same as the list")
        check(f"{parameters:,}" in good("--model", name) and f"{cache:,}" in good("--model", name), f"in words too: {name}")


def test_card(tmp):
    card = tmp / "config.json"
    card.write_text(json.dumps(LLAMA))
    report = count_json("--card", card)
    is_consistent(report)
    check(list(report) == ["headwise", "model", "name", "family", "recipe", "parameters", "parameters_per_layer",
                           "parameters_all_layers", "bytes_per_number", "kv_cache", "flops", "state", "state_leaves_out",
                           "notes"], "JSON has its parts", list(report))
    check(report["bytes_per_number"] == 2 and report["kv_cache"][2]["value"] == 131072 * 131072, "2 bytes by default")
    for size in (1, 2, 4):
        check(count_json("--card", card, "--bytes", size)["kv_cache"][1]["value"] == 65536 * size, f"--bytes {size}")
    text = good("--card", card)
    check("at 2 bytes per number" in text and "16 GiB" in text, "the text says the size of a number", text)
    check("headwise trace d_model=4096 num_heads=32 num_kv_heads=8 mask=causal position=rope rope_pairs=half\n" in text, "and the state for trace", text)
    check("(one layer, without the base of rotary positions)" in text, "and what the state leaves out", text)
    for path in sorted((ROOT / "cards").glob("*.json")):
        name = path.stem
        check({**count_json("--card", path), "model": name} == count_json("--model", name), f"--card cards/{path.name}")


def memory_of(*args):
    """The most memory that `headwise count` held, in bytes."""
    process = subprocess.Popen([BIN, "count", *args], stdout=subprocess.DEVNULL)
    return os.wait4(process.pid, 0)[2].ru_maxrss * 1024


def test_state():
    for args in ([], ["d_model=12", "num_heads=4", "num_kv_heads=2", "head_dim=2", "v_dim=5", "bias=1", "tokens=a b | c"],
                 ["pipeline=flash", "mask=causal"], ["#v=1&d_model=16&num_heads=4"]):
        report = count_json(*args)
        is_consistent(report)
        trace = json.loads(Command("trace").good("--json", *args))
        check(report["parameters_per_layer"]["value"] == trace["totals"]["parameters"], f"parameters as trace's {args}", report)
        check([f["value"] for f in report["flops"]] == [trace["totals"]["matmul_flops"], trace["totals"]["other_flops"]],
              f"FLOPs as trace's {args}", report["flops"])
        check(report["bytes_per_number"] == 4
              and report["kv_cache"][0]["value"] == trace["totals"]["kv_cache_bytes_per_token"], f"cache as trace's {args}")
        state = [f"{k}={v}" for k, v in report["state"].items()]
        check(count_json(*state) == report, f"the state counts the same again: {state}")
    check("603,979,776" in good("d_model=12288", "num_heads=96"), "too large to run is counted")
    small, large = (memory_of("d_model=" + size, "num_heads=32") for size in ("32", "4096"))
    check(large < small + 32 * 2**20, "and its 256 MiB of weights are never allocated", (small, large))
    quoted = good("tokens=it's a | b")
    check("headwise trace 'tokens=it'\\''s a | b'\n" in quoted, "the state is quoted for a shell", quoted)


def test_trace_of_a_card():
    """The state that count prints runs, where it is small enough to."""
    for name in ("gpt2", "bert-base"):
        report = count_json("--model", name)
        trace = json.loads(Command("trace").good("--json", *(f"{k}={v}" for k, v in report["state"].items())))
        check(trace["totals"]["parameters"] == report["parameters_per_layer"]["value"], f"headwise trace of {name}", trace["totals"])


def test_refused(tmp):
    card = tmp / "bad.json"

    def bad(message, text):
        card.write_bytes(text if isinstance(text, bytes) else (text if isinstance(text, str) else json.dumps(text)).encode())
        refused(message, "--card", card)

    bad("is not valid JSON at its byte", "")
    bad("is not valid JSON at its byte", "PK\x03\x04")
    bad("it must be a JSON object", "[]")
    bad("has a NUL at its byte 2", b"{}\0")
    bad("'a' is given twice", '{"a": 1, "a": 2}')
    bad("nested more than 64 levels deep", '{"a":' * 100000)
    bad("has no model_type", {})
    bad("model_type 't5' is not supported, so nothing is counted rather than guessed; supported are", {"model_type": "t5"})
    bad("'a\ufffd\ufffd[31m'", {**LLAMA, "model_type": "a\n\x1b[31m"})
    for value, shown in [(None, "null"), ("4096", "'4096'"), (-1, "-1"), (0, "0"), (2**32 + 1, "4294967297"), (2**64, str(2**64)),
                         (4096.0, "4096.0"), (True, "true"), ([], "a list")]:
        bad(f"bad.json: hidden_size is {shown}, but must be a whole number from 1 to 4294967295", {**LLAMA, "hidden_size": value})
    bad("has no num_hidden_layers; it must be", {k: v for k, v in LLAMA.items() if k != "num_hidden_layers"})
    bad("num_key_value_heads is 5, but must divide num_attention_heads (32)", {**LLAMA, "num_key_value_heads": 5})
    bad("is more than can be counted", {**LLAMA, "hidden_size": 2**32 - 32, "num_key_value_heads": None})
    card.write_bytes(b" " * (2**20 + 1))
    refused("is larger than 1 MiB", "--card", card)
    refused("there is no such file", "--card", tmp / "missing")
    refused("is a directory", "--card", tmp)
    refused("is a device", "--card", "/dev/zero")
    refused("there is no such file", "--card", "")
    refused("there is no model 'gpt5' in the list; headwise count --list prints it", "--model", "gpt5")
    refused("there is no model ''", "--model", "")
    refused("give one of --card FILE, --model NAME, --list and KEY=VALUE", "--model", "gpt2", "--list")
    refused("give one of", "--model", "gpt2", "d_model=8")
    refused("--bytes 3: must be 1, 2 or 4", "--model", "gpt2", "--bytes", "3")
    refused("--bytes 02: must be 1, 2 or 4", "--model", "gpt2", "--bytes", "02")
    refused("does not divide d_model=8", "num_heads=3")
    refused("unknown key 'd_mdoel'", "d_mdoel=8")
    refused("d_model is given twice", "d_model=8", "d_model=8")
    refused("", "--nonsense")
    reader, writer = os.pipe()
    os.close(reader)
    result = subprocess.run([BIN, "count"], stdout=writer, stderr=subprocess.PIPE)
    os.close(writer)
    check(is_error(result, "standard output: could not be written"), "a closed pipe is an error", result.stderr)


if __name__ == "__main__":
    main(test_list, test_state, test_trace_of_a_card, test_card, test_refused)
