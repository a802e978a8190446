"""safetensors, read and written independently of the engine."""
import json
import math
import pathlib
import struct

# Settings with a bit of everything.
RICH = ["tokens=The cat sat . | Yes", "d_model=12", "num_heads=4", "num_kv_heads=2", "head_dim=2", "v_dim=5",
        "bias=1", "mask=causal,padding", "position=sinusoidal", "seed=7"]


def load(path):
    """{name: (shape, bytes)}, metadata."""
    data = pathlib.Path(path).read_bytes()
    (length,) = struct.unpack_from("<Q", data)
    header = json.loads(data[8:8 + length])
    metadata = header.pop("__metadata__", {})
    body = data[8 + length:]
    tensors = {}
    end = 0
    for name, entry in header.items():
        begin, stop = entry["data_offsets"]
        assert entry["dtype"] == "F32" and begin == end and stop - begin == 4 * math.prod(entry["shape"]), (name, entry)
        tensors[name] = (tuple(entry["shape"]), body[begin:stop])
        end = stop
    assert end == len(body)
    return tensors, metadata


def floats(data):
    return list(struct.unpack(f"<{len(data) // 4}f", data))


def packed(values):
    return struct.pack(f"<{len(values)}f", *values)


def save(path, tensors, metadata=None):
    """tensors: {name: (shape, bytes)}."""
    header, body = {}, b""
    if metadata is not None:
        header["__metadata__"] = metadata
    for name, (shape, data) in tensors.items():
        header[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": [len(body), len(body) + len(data)]}
        body += data
    return raw(path, json.dumps(header), body)


def raw(path, header, body=b"", length=None):
    header = header if isinstance(header, bytes) else header.encode()
    pathlib.Path(path).write_bytes(struct.pack("<Q", len(header) if length is None else length) + header + body)
    return path


def entry(shape, begin, end, dtype="F32"):
    return {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}
