"""Every stage of every variant against PyTorch in double precision, on random settings.

    HEADWISE_BIN=build/release/headwise /usr/bin/python3 tests/reference/test_variants.py

HEADWISE_FULL=1 takes 5,000 settings instead of 80. Where a vector smaller than 1 is normalised (RMSNorm,
LayerNorm), the tolerance grows as that vector does: float32 cannot know its entries any better.
"""

import tempfile

import recipes
import variants


def main():
    tally = recipes.Tally()
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(recipes.samples(80, 5000)):
            keys = recipes.random_variant(seed)
            ours, report = recipes.trace(recipes.arguments(keys), folder + "/trace.safetensors")
            listed = [stage["id"] for stage in report["stages"]]
            exact, amplified = variants.stages(keys, ours)
            if sorted(listed) != sorted(exact):
                faults = [f"stages {sorted(set(listed) ^ set(exact))} are in one only"]
            else:
                faults = [tally.compare(id, ours[id], exact[id], amplified) for id in listed]
            tally.recipe(recipes.arguments(keys), faults)
    tally.finish()


main()
