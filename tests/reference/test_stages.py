"""Every stage of random recipes against PyTorch in double precision, and against its own layer.

    HEADWISE_BIN=build/release/headwise /usr/bin/python3 tests/reference/test_stages.py

HEADWISE_FULL=1 takes 600 recipes instead of 100.
"""

import tempfile

import torch

import recipes
import reference


def main():
    tally, layers = recipes.Tally(), 0
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(recipes.samples(100, 600)):
            settings, arguments = recipes.random_recipe(seed)
            ours, report = recipes.trace(arguments, folder + "/trace.safetensors")
            exact = reference.stages(settings, ours)
            listed = [stage["id"] for stage in report["stages"]]
            masked = settings["causal"] or settings["padding"]
            faults = [] if ("mask" in ours) == masked else ["a mask too many, or none"]
            if sorted(listed) != sorted(exact):
                faults.append(f"stages {listed}, expected {list(exact)}")
            else:
                faults += [tally.compare(id, ours[id], exact[id]) for id in listed]
            if masked and "mask" in ours:
                faults.append(tally.compare("mask", ours["mask"], reference.attend_mask(settings)))
            layer = reference.torch_module(settings, ours, exact["x"])
            if layer is not None:
                layers += 1
                output, weights = layer
                # Padded queries count too: PyTorch computes them like any other.
                faults.append(tally.compare("output", ours["output"], output))
                if "attn_weights" in ours:
                    faults.append(tally.compare("attn_weights", ours["attn_weights"], weights))
            tally.recipe(arguments, faults)
    print(f"{layers} of them against nn.MultiheadAttention of PyTorch {torch.__version__} too")
    tally.finish()


main()
