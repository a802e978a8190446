"""The line of PyTorch that every stage shows truly does what the stage does: run in order, from
the engine's numbers for what stands before it, a line comes to the same numbers. In every third
recipe some cells are set by hand; then the sources are those from before, and the lines set them.

HEADWISE_FULL=1 takes 1,000 settings instead of 50.
"""

import tempfile

import torch

import recipes


def code_name(id):
    return id.replace("/", "__")


def run_lines(report, tensors, before):
    """What each line comes to, in double precision, from the engine's numbers for the stages before."""
    stages = {stage["id"] for stage in report["stages"]}
    others = {code_name(name): tensor for name, tensor in tensors.items() if name not in stages}
    sources = {name: before[name].clone() for name in ("x", "embeddings", "x_kv", "embeddings_kv")
               if name in before}
    names = {"torch": torch, "tensors": sources, "weights": others, **others}
    computed = {}
    for stage in report["stages"]:
        try:
            exec(stage["pytorch"], names)
        except Exception as error:  # whatever a wrong line throws
            return computed, f"{stage['id']}: {stage['pytorch']}\n    {type(error).__name__}: {error}"
        computed[stage["id"]] = names[code_name(stage["id"])]
        names[code_name(stage["id"])] = tensors[stage["id"]]
    return computed, None


def main():
    torch.set_default_dtype(torch.float64)
    tally, lines = recipes.Tally(), 0
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(10_000, 10_000 + recipes.samples(50, 1000)):
            arguments = recipes.arguments(recipes.random_variant(seed))
            ours, report = recipes.trace(arguments, folder + "/trace.safetensors")
            before = ours
            if seed % 3 == 0:
                arguments.append(recipes.random_edits(seed, ours, report))
                ours, report = recipes.trace(arguments, folder + "/trace.safetensors")
            computed, fault = run_lines(report, ours, before)
            faults = [fault]
            if not fault:
                ids = [stage["id"] for stage in report["stages"]]
                faults = [tally.compare(id, ours[id], computed[id]) for id in ids]
                lines += len(ids)
            tally.recipe(arguments, faults)
    print(f"{lines} lines run")
    tally.finish()


main()
