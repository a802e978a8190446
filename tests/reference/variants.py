"""Every stage of every variant in double precision.

Written from the papers' equations, one query, head and pair at a time where that is clearer; nothing
here knows how the engine does it. Ids are those of DESIGN's table. `given` holds what enters: token
embeddings, weights stored (in, out), and the drawn dropout masks.
"""

import math

import torch

from reference import flash_loop, positions

torch.set_default_dtype(torch.float64)


class Attention:
    """One set of settings with its stages, filled in as they are computed."""

    def __init__(self, keys, given):
        self.k, self.given, self.out = keys, given, {}
        self.amplified = 1.0
        self.lengths = [len(s.split()) for s in keys["tokens"].split(" | ")]
        self.count = max(self.lengths)
        self.cross = "context_tokens" in keys
        self.key_lengths = [len(s.split()) for s in keys.get("context_tokens", keys["tokens"]).split(" | ")]
        self.key_count = max(self.key_lengths)
        self.d_model, self.h = keys["d_model"], keys["num_heads"]
        self.h_kv = keys.get("num_kv_heads", self.h)
        self.d_k = keys.get("head_dim", self.d_model // self.h)
        self.d_v = keys.get("v_dim", self.d_k)
        self.masks = keys.get("mask", "none").split(",")
        self.position = keys.get("position", "none")
        if keys.get("weights") == "constructed":  # they have a table of positions
            self.position = "learned"
        self.offset = self.key_count - self.count if keys.get("align") == "bottom-right" else 0

    def get(self, key, default=None):
        return self.k.get(key, default)

    def weight(self, path, name):
        return self.given[path + name]

    def linear(self, path, x, w, b):
        y = torch.einsum("btc,cf->btf", x, self.given[w])
        return y + self.given[b] if b in self.given else y

    # Inputs

    def embed(self, side, count, width):
        if self.position not in ("sinusoidal", "learned"):
            self.out["x" + side] = self.given["x" + side]
        else:
            self.out["embeddings" + side] = self.given["embeddings" + side]
            if self.position == "learned":
                self.out["positions" + side] = torch.stack([self.given["position_table" + side][t] for t in range(count)])
            else:
                self.out["positions" + side] = positions(count, width)
            self.out["x" + side] = self.out["embeddings" + side] + self.out["positions" + side][None]
        return self.out["x" + side]

    def inputs(self):
        x = self.embed("", self.count, self.d_model)
        if not self.cross:
            return x, x
        return x, self.embed("_kv", self.key_count, self.get("d_context", self.d_model))

    # Parts of a layer

    def cut(self, x, heads, width):
        return torch.stack([x[:, :, i * width:(i + 1) * width] for i in range(heads)], dim=1)

    def rms(self, x, gain, eps=1e-6):
        self.sizes(x, torch.sqrt((x * x).mean(dim=-1) + eps))
        return x / torch.sqrt((x * x).mean(dim=-1, keepdim=True) + eps) * gain

    def sizes(self, x, sizes):
        """Bringing a small vector to size 1 enlarges its rounding as much as itself."""
        sizes = sizes[(x != 0).any(dim=-1)]  # a vector of zeros stays zeros
        if len(sizes):
            self.amplified = max(self.amplified, 1 / sizes.min().item())

    def rotate(self, x, first, dims, base, start=0, half=False):
        """Su et al. 2021, equation 34, by complex numbers."""
        y, pairs = x.clone(), dims // 2
        for t in range(x.shape[2]):
            for p in range(pairs):
                i, j = (start + p, start + p + pairs) if half else (start + 2 * p, start + 2 * p + 1)
                z = torch.complex(x[:, :, t, i], x[:, :, t, j])
                angle = (first + t) * base ** (-2 * p / dims)
                z = z * complex(math.cos(angle), math.sin(angle))
                y[:, :, t, i], y[:, :, t, j] = z.real, z.imag
        return y

    def project(self, path, x, x_kv, weights, first=0):
        o = self.out
        for name, source in (("q", x), ("k", x_kv), ("v", x_kv)):
            o[path + name] = self.linear(path, source, weights + "w_" + name, weights + "b_" + name)
        q = o[path + "q_heads"] = self.cut(o[path + "q"], self.h, self.d_k)
        k = o[path + "k_heads"] = self.cut(o[path + "k"], self.h_kv, self.d_k)
        v = o[path + "v_heads"] = self.cut(o[path + "v"], self.h_kv, self.d_v)
        if self.get("qk_norm"):
            q = o[path + "q_norm"] = self.rms(q, self.given[weights + "g_q"])
            k = o[path + "k_norm"] = self.rms(k, self.given[weights + "g_k"])
        if self.position == "rope":
            how = dict(dims=self.get("rotary_dim", self.d_k), base=self.get("rope_base", 10000),
                       half=self.get("rope_pairs") == "half")
            q = o[path + "q_rot"] = self.rotate(q, first, **how)
            k = o[path + "k_rot"] = self.rotate(k, first, **how)
        return q, k, v

    def share(self, path, name, heads):
        if heads.shape[1] == self.h:
            return heads
        group = self.h // heads.shape[1]
        self.out[path + name] = torch.stack([heads[:, i // group] for i in range(self.h)], dim=1)
        return self.out[path + name]

    def seen(self, first, queries, keys):
        """1 where query i of sentence b may look at key j."""
        mask = torch.ones(len(self.lengths), queries, keys)
        for b in range(len(self.lengths)):
            for i in range(queries):
                at = first + i + self.offset
                for j in range(keys):
                    hidden = ("causal" in self.masks and j > at
                              or "padding" in self.masks and j >= self.key_lengths[b]
                              or "window" in self.masks and abs(at - j) >= self.get("window", 3))
                    mask[b, i, j] = 0 if hidden else 1
        return mask

    def slopes(self):
        """Press et al. 2022: for a power of 2 a geometric sequence; else every second of the next."""
        def power(n):
            return [2 ** (-8 * (i + 1) / n) for i in range(n)]
        n = 2 ** math.floor(math.log2(self.h))
        return torch.tensor((power(n) + power(2 * n)[0::2])[:self.h])

    def scale(self):
        return self.get("scale", 1 / math.sqrt(self.d_k))

    def logits(self, path, q, k, weights, first=0):
        o, queries, keys = self.out, q.shape[2], k.shape[2]
        x = o[path + "scores"] = torch.einsum("bhid,bhjd->bhij", q, k)
        place = lambda i: first + i + self.offset
        if self.position == "shaw":
            table, clip = self.given[weights + "relative_k"], self.get("clip_distance", 2)
            relative = torch.zeros_like(x)
            for i in range(queries):
                for j in range(keys):
                    row = max(-clip, min(clip, j - place(i))) + clip
                    relative[:, :, i, j] = q[:, :, i] @ table[row]
            o[path + "relative_scores"] = relative
            x = o[path + "position_scores"] = x + relative
        x = o[path + "scaled_scores"] = x * self.scale()
        if self.position == "alibi":
            distance = torch.tensor([[float(abs(place(i) - j)) for j in range(keys)] for i in range(queries)])
            x = o[path + "biased_scores"] = x - self.slopes()[None, :, None, None] * distance
        if self.get("softcap"):
            x = o[path + "capped_scores"] = self.get("softcap") * torch.tanh(x / self.get("softcap"))
        if self.masks != ["none"] and self.get("mask_when") != "after":
            seen = self.seen(first, queries, keys)[:, None].expand_as(x) == 1
            x = o[path + "masked_scores"] = torch.where(seen, x, torch.tensor(-math.inf))
        return x

    def softmax(self, x, sink=None):
        """Row by row; all masked gives 0."""
        if sink is not None:
            column = sink[None, :, None, None].expand(*x.shape[:3], 1)
            return torch.softmax(torch.cat([x, column], dim=-1), dim=-1)[..., :-1]
        return torch.softmax(x, dim=-1).nan_to_num(0.0)

    def attend(self, path, x, v, weights, first=0):
        o = self.out
        w = o[path + "attn_weights"] = self.softmax(x, self.given.get(weights + "sink"))
        if self.get("mask_when") == "after":
            w = o[path + "masked_weights"] = w * self.seen(first, x.shape[2], x.shape[3])[:, None]
            o[path + "row_sums"] = w.sum(dim=-1)
        rate = self.get("dropout", 0.1)
        on_outputs = self.get("dropout_on") == "outputs"
        if self.get("training") and not on_outputs:
            w = o[path + "dropped_weights"] = torch.where(self.given[path + "dropout_mask"] == 1, w / (1 - rate), torch.tensor(0.0))
        y = torch.einsum("bhij,bhjd->bhid", w, v)
        if weights + "relative_v" in self.given:
            table, clip = self.given[weights + "relative_v"], self.get("clip_distance", 2)
            o[path + "content_outputs"] = y
            relative = torch.zeros_like(y)
            for i in range(y.shape[2]):
                for j in range(v.shape[2]):
                    row = max(-clip, min(clip, j - first - i - self.offset)) + clip
                    relative[:, :, i] += w[:, :, i, j, None] * table[row]
            o[path + "relative_outputs"] = relative
            y = y + relative
        o[path + "head_outputs"] = y
        if self.get("training") and on_outputs:
            y = o[path + "dropped_outputs"] = torch.where(self.given[path + "dropout_mask"] == 1, y / (1 - rate), torch.tensor(0.0))
        return y

    def mix(self, path, heads, weights, id="output"):
        o = self.out
        if "heads_off" in self.k:
            gate = torch.ones(self.h)
            gate[self.k["heads_off"]] = 0
            heads = o[path + "kept_outputs"] = heads * gate[:, None, None]
        w, b, d_v = self.given[weights + "w_o"], self.given.get(weights + "b_o"), heads.shape[3]
        if self.get("contributions"):
            parts = [heads[:, i] @ w[i * d_v:(i + 1) * d_v] for i in range(self.h)]
            o[path + "head_contributions"] = torch.stack(parts, dim=1)
            o[path + id] = sum(parts) + (b if b is not None else 0)
        else:
            o[path + "concat"] = torch.cat([heads[:, i] for i in range(self.h)], dim=-1)
            o[path + id] = o[path + "concat"] @ w + (b if b is not None else 0)
        return o[path + id]

    def layer(self, path, x, x_kv, weights=None):
        weights = path if weights is None else weights
        q, k, v = self.project(path, x, x_kv, weights)
        k, v = self.share(path, "k_shared", k), self.share(path, "v_shared", v)
        return self.mix(path, self.attend(path, self.logits(path, q, k, weights), v, weights), weights)

    # Pipelines

    def attention(self):
        self.layer("", *self.inputs())

    def flash(self):
        o = self.out
        q, k, v = self.project("", *self.inputs(), "")
        k, v = self.share("", "k_shared", k), self.share("", "v_shared", v)
        x = self.logits("", q, k, "")
        tile = min(self.get("tile_keys", math.ceil(self.key_count / 3)), self.key_count)
        rows = [[[flash_loop(x[b, i, t], v[b, i], tile) for t in range(x.shape[2])] for i in range(self.h)]
                for b in range(x.shape[0])]
        for name in ("running_max", "rescale", "running_sum", "accumulator"):
            stacked = torch.stack([torch.stack([torch.stack([cell[name] for cell in row]) for row in item]) for item in rows])
            o[name] = stacked.movedim(3, 0)
        o["head_outputs"] = (o["accumulator"][-1] / o["running_sum"][-1].unsqueeze(-1)).nan_to_num(0.0)
        self.mix("", o["head_outputs"], "")
        o["standard_weights"] = self.softmax(x)
        o["standard_outputs"] = torch.einsum("bhij,bhjd->bhid", o["standard_weights"], v)
        o["difference"] = o["head_outputs"] - o["standard_outputs"]

    def latent_own(self, path, x, first=0):
        """DeepSeek-V2 2024, equations 9 to 19 and 37 to 46, with the norms of its code."""
        o, g, d_r = self.out, self.given, self.get("rope_dim", 2)
        base, source = self.get("latent_rope_base", 10000), x
        if self.get("q_lora_rank", 0):
            o[path + "latent_q"] = self.linear("", x, "w_dq", "b_dq")
            source = o[path + "latent_q_norm"] = self.rms(o[path + "latent_q"], g["g_latent_q"])
        o[path + "q"] = self.linear("", source, "w_q", "b_q")
        o[path + "q_heads"] = self.cut(o[path + "q"], self.h, self.d_k + d_r)
        o[path + "q_rot"] = self.rotate(o[path + "q_heads"], first, d_r, base, start=self.d_k)
        o[path + "latent_kv"] = self.linear("", x, "w_dkv", "b_dkv")
        o[path + "latent_kv_norm"] = self.rms(o[path + "latent_kv"], g["g_latent_kv"])
        o[path + "k_rope"] = self.linear("", x, "w_kr", "b_kr")
        o[path + "k_rope_head"] = o[path + "k_rope"][:, None]
        o[path + "k_rope_rot"] = self.rotate(o[path + "k_rope_head"], first, d_r, base)
        return o[path + "q_rot"], o[path + "latent_kv_norm"], o[path + "k_rope_rot"]

    def latent_look(self, path, q, c, rope, first=0):
        o = self.out
        k, v = o[path + "k"], o[path + "v"] = self.linear("", c, "w_uk", "b_uk"), self.linear("", c, "w_uv", "b_uv")
        o[path + "k_heads"], o[path + "v_heads"] = self.cut(k, self.h, self.d_k), self.cut(v, self.h, self.d_v)
        rope = rope.expand(-1, self.h, -1, -1)
        if self.h > 1:
            o[path + "k_rope_shared"] = rope
        o[path + "k_whole"] = torch.cat([o[path + "k_heads"], rope], dim=-1)
        if "scale" not in self.k:
            self.k = {**self.k, "scale": 1 / math.sqrt(self.d_k + self.get("rope_dim", 2))}
        logits = self.logits(path, q, o[path + "k_whole"], "", first=first)
        self.mix(path, self.attend(path, logits, o[path + "v_heads"], "", first=first), "")

    def latent(self):
        self.latent_look("", *self.latent_own("", self.inputs()[0]))

    def heads_own(self, path, x, first=0):
        return self.project(path, x, x, "", first=first)

    def heads_look(self, path, q, k, v, first=0):
        k, v = self.share(path, "k_shared", k), self.share(path, "v_shared", v)
        self.mix(path, self.attend(path, self.logits(path, q, k, "", first=first), v, "", first=first), "")

    def decode(self):
        self.step_by_step(self.heads_own, self.heads_look, ("k_cache", "v_cache"))

    def latent_decode(self):
        self.step_by_step(self.latent_own, self.latent_look, ("latent_cache", "k_rope_cache"))

    def step_by_step(self, own, look, names):
        """Prompt and steps with what they keep; then everything without a cache, and the differences."""
        o, steps = self.out, self.get("new_tokens", min(2, self.count - 1))
        prompt, x = self.count - steps, self.inputs()[0]
        self.key_count = self.count
        others = [m for m in self.masks if m not in ("none", "causal")]
        self.masks = others + ["causal"]
        o["prefill/x"] = x[:, :prompt]
        q, *kept = own("prefill/", o["prefill/x"])
        look("prefill/", q, *kept)
        for s in range(steps):
            path, now = f"step{s}/", prompt + s
            o[path + "x"] = x[:, now:now + 1]
            q, *new = own(path, o[path + "x"], first=now)
            kept = [torch.cat(both, dim=-2) for both in zip(kept, new)]
            o.update((path + name, cache) for name, cache in zip(names, kept))
            self.masks = others or ["none"]
            look(path, q, *kept, first=now)
        self.masks = others + ["causal"]
        look("recomputed/", *own("recomputed/", x))
        for s in range(steps):
            now = prompt + s
            o[f"step{s}/difference"] = o[f"step{s}/output"] - o["recomputed/output"][:, now:now + 1]

    def norm(self, id, path, name, x):
        gain = self.given[path + "g_" + name]
        if self.get("norm") == "rms":
            y = self.rms(x, gain)
        else:
            self.sizes(x - x.mean(dim=-1, keepdim=True), torch.sqrt(x.var(dim=-1, unbiased=False) + 1e-5))
            y = torch.nn.functional.layer_norm(x, x.shape[-1:], gain, self.given[path + "b_" + name], 1e-5)
        self.out[id] = y
        return y

    def feed_forward(self, path, x):
        o, g = self.out, self.given
        kind = self.get("activation", "gelu")
        bend = {"relu": torch.relu, "gelu": torch.nn.functional.gelu, "swiglu": torch.nn.functional.silu}[kind]
        if self.get("experts", 0):
            o[path + "router"] = x @ g[path + "w_router"]
            shares = o[path + "router_probs"] = torch.softmax(o[path + "router"], dim=-1)
            choice = torch.zeros_like(shares)
            for b in range(shares.shape[0]):
                for t in range(shares.shape[1]):
                    best = sorted(range(shares.shape[2]), key=lambda e: -shares[b, t, e].item())[:self.get("top_k", 2)]
                    choice[b, t, best] = 1
            o[path + "router_choice"] = choice
            chosen = o[path + "router_weights"] = shares * choice / (shares * choice).sum(dim=-1, keepdim=True)
            first = o[path + ("gate" if kind == "swiglu" else "hidden")] = torch.einsum(
                "btc,ecf->betf", x, g[path + ("w_gate" if kind == "swiglu" else "w_up")])
            hidden = o[path + "activated"] = bend(first)
            if kind == "swiglu":
                o[path + "up"] = torch.einsum("btc,ecf->betf", x, g[path + "w_up"])
                hidden = o[path + "gated"] = hidden * o[path + "up"]
            o[path + "expert_outputs"] = torch.einsum("betf,efc->betc", hidden, g[path + "w_down"])
            o[path + "output"] = torch.einsum("betc,bte->btc", o[path + "expert_outputs"], chosen)
            return o[path + "output"]
        name = "gate" if kind == "swiglu" else "up"
        first = self.linear(path, x, path + "w_" + name, path + "b_" + name)
        o[path + ("gate" if kind == "swiglu" else "hidden")] = first
        hidden = o[path + "activated"] = bend(first)
        if kind == "swiglu":
            o[path + "up"] = self.linear(path, x, path + "w_up", path + "b_up")
            hidden = o[path + "gated"] = hidden * o[path + "up"]
        o[path + "output"] = self.linear(path, hidden, path + "w_down", path + "b_down")
        return o[path + "output"]

    def block(self):
        o, x = self.out, self.inputs()[0]
        pre = self.get("norm_place") != "post"
        layers = self.get("layers", 2)
        for n in range(layers):
            p = f"block{n}/"
            before = self.norm(p + "norm1", p, "norm1", x) if pre else x
            x = o[p + "residual1"] = x + self.layer(p + "attn/", before, before)
            if not pre:
                x = self.norm(p + "norm1", p, "norm1", x)
            again = self.norm(p + "norm2", p, "norm2", x) if pre else x
            x = o[p + "residual2"] = x + self.feed_forward(p + "ffn/", again)
            if not pre and n + 1 < layers:
                x = self.norm(p + "norm2", p, "norm2", x)
        self.norm("output", "", "output", x)

    def one_head(self):
        x = self.inputs()[0]
        h, d_k, d_v = self.h, self.d_k, self.d_v
        self.h_kv, self.h, self.d_k, self.d_v = 1, 1, h * d_k, h * d_v
        alone = self.layer("one/", x, x, weights="")
        self.h_kv, self.h, self.d_k, self.d_v = h, h, d_k, d_v
        self.out["difference"] = self.layer("many/", x, x, weights="") - alone

    def storage(self):
        o, x = self.out, self.inputs()[0]
        q = o["q"] = self.linear("", x, "w_q", "b_q")
        o["memory"] = q.reshape(-1)
        o["q_view"] = q.reshape(*q.shape[:2], self.h, self.d_k)
        o["q_heads"] = self.cut(q, self.h, self.d_k)
        flat, wrong = q.reshape(-1).tolist(), torch.zeros(q.shape[0], self.h, q.shape[1], self.d_k)
        for n, value in enumerate(flat):
            wrong.view(-1)[n] = value
        o["wrong_heads"] = wrong
        o["q_back"], o["concat"] = o["q_view"], q


def stages(keys, given):
    """Every stage by id, and by how much the smallest vector that is normalised is enlarged."""
    a = Attention(keys, given)
    getattr(a, keys["pipeline"])()
    return a.out, a.amplified
