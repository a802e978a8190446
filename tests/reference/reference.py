"""Multi-head attention in double precision, written from the papers' equations with PyTorch.

Nothing here knows how the engine does it: one head and one query at a time, no views, no batches.
`settings` is a dict of plain numbers (see `recipes.py`), `given` the tensors that enter: `x` or
`embeddings`, and the weights w_q w_k w_v w_o b_q b_k b_v b_o, stored (in, out).
"""

import math

import torch

torch.set_default_dtype(torch.float64)


def positions(count, width):
    """Vaswani et al. 2017, section 3.5, entry by entry."""
    table = torch.zeros(count, width)
    for pos in range(count):
        for i in range((width + 1) // 2):
            angle = pos / math.pow(10000, 2 * i / width)
            table[pos, 2 * i] = math.sin(angle)
            if 2 * i + 1 < width:
                table[pos, 2 * i + 1] = math.cos(angle)
    return table


def attend_mask(settings):
    """1 where query i of sentence b may look at key j: (B, T, T)."""
    count = max(settings["lengths"])
    mask = torch.ones(len(settings["lengths"]), count, count)
    for b, length in enumerate(settings["lengths"]):
        for i in range(count):
            for j in range(count):
                if settings["causal"] and j > i or settings["padding"] and j >= length:
                    mask[b, i, j] = 0
    return mask


def flash_loop(scores, values, tile):
    """The online softmax of Milakov & Gimelshein 2018 for one query: scores (T), values (T, d_v)."""
    m, total, acc = -math.inf, 0.0, torch.zeros(values.shape[1])
    history = {"running_max": [], "rescale": [], "running_sum": [], "accumulator": []}
    for start in range(0, len(scores), tile):
        part, part_values = scores[start:start + tile], values[start:start + tile]
        m_new = max(m, part.max().item())
        shrink = 0.0 if m == -math.inf else math.exp(m - m_new)
        power = torch.zeros(len(part)) if m_new == -math.inf else torch.exp(part - m_new)
        total = total * shrink + power.sum().item()
        acc = acc * shrink + power @ part_values
        m = m_new
        for name, value in zip(history, (m, shrink, total, acc)):
            history[name].append(torch.as_tensor(value))
    return {name: torch.stack(steps) for name, steps in history.items()}


def stages(settings, given):
    """Every stage of the pipeline by id, in double precision."""
    s, out = settings, {}
    h, h_kv, d_k, d_v = s["num_heads"], s["num_kv_heads"], s["head_dim"], s["v_dim"]
    if s["sinusoidal"]:
        out["embeddings"] = given["embeddings"]
        out["positions"] = positions(max(s["lengths"]), s["d_model"])
        out["x"] = given["embeddings"] + out["positions"]
    else:
        out["x"] = given["x"]
    x = out["x"]
    batch, count, _ = x.shape
    for name in "qkv":
        out[name] = torch.einsum("btc,cf->btf", x, given["w_" + name])
        if s["bias"]:
            out[name] = out[name] + given["b_" + name]

    def cut(name, heads, width):
        cuts = [out[name][:, :, i * width:(i + 1) * width] for i in range(heads)]
        return torch.stack(cuts, dim=1)

    out["q_heads"] = cut("q", h, d_k)
    out["k_heads"] = cut("k", h_kv, d_k)
    out["v_heads"] = cut("v", h_kv, d_v)
    group = h // h_kv
    k = torch.stack([out["k_heads"][:, i // group] for i in range(h)], dim=1)
    v = torch.stack([out["v_heads"][:, i // group] for i in range(h)], dim=1)
    if h_kv < h:
        out["k_shared"], out["v_shared"] = k, v

    out["scores"] = torch.einsum("bhid,bhjd->bhij", out["q_heads"], k)
    logits = out["scaled_scores"] = out["scores"] * s["scale"]
    if s["causal"] or s["padding"]:
        seen = attend_mask(s)[:, None].expand_as(logits) == 1
        logits = out["masked_scores"] = torch.where(seen, logits, torch.tensor(-math.inf))

    if s["pipeline"] == "flash":
        tile = s["tile_keys"]
        rows = [[[flash_loop(logits[b, i, t], v[b, i], tile) for t in range(count)]
                 for i in range(h)] for b in range(batch)]
        for name in ("running_max", "rescale", "running_sum", "accumulator"):
            stacked = torch.stack([torch.stack([torch.stack([cell[name] for cell in row])
                                                for row in item]) for item in rows])
            out[name] = stacked.movedim(3, 0)
        out["head_outputs"] = out["accumulator"][-1] / out["running_sum"][-1].unsqueeze(-1)
    else:
        out["attn_weights"] = torch.softmax(logits, dim=-1)
        out["head_outputs"] = torch.einsum("bhij,bhjd->bhid", out["attn_weights"], v)
    out["concat"] = torch.cat([out["head_outputs"][:, i] for i in range(h)], dim=-1)
    out["output"] = torch.einsum("bif,fc->bic", out["concat"], given["w_o"])
    if s["bias"]:
        out["output"] = out["output"] + given["b_o"]
    if s["pipeline"] == "flash":
        out["standard_weights"] = torch.softmax(logits, dim=-1)
        out["standard_outputs"] = torch.einsum("bhij,bhjd->bhid", out["standard_weights"], v)
        out["difference"] = out["head_outputs"] - out["standard_outputs"]
    return out


def torch_module(settings, given, x):
    """PyTorch's own layer with these weights: (output, weights of each head), or None where it has
    no such settings."""
    s = settings
    fits = (s["num_kv_heads"] == s["num_heads"] and s["head_dim"] == s["v_dim"]
            and s["head_dim"] * s["num_heads"] == s["d_model"]
            and s["scale"] == 1 / math.sqrt(s["head_dim"]))
    if not fits:
        return None
    layer = torch.nn.MultiheadAttention(s["d_model"], s["num_heads"], bias=s["bias"], batch_first=True)
    with torch.no_grad():
        layer.in_proj_weight.copy_(torch.cat([given["w_" + n].T for n in "qkv"]))
        layer.out_proj.weight.copy_(given["w_o"].T)
        if s["bias"]:
            layer.in_proj_bias.copy_(torch.cat([given["b_" + n] for n in "qkv"]))
            layer.out_proj.bias.copy_(given["b_o"])
        count = x.shape[1]
        causal = padding = None
        if s["causal"]:  # True = masked, here
            causal = torch.ones(count, count, dtype=torch.bool).triu(1)
        if s["padding"]:
            padding = torch.arange(count)[None] >= torch.tensor(s["lengths"])[:, None]
        return layer(x, x, x, attn_mask=causal, key_padding_mask=padding, average_attn_weights=False)
