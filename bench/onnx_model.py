#!/usr/bin/python3
"""The layer of a workload as an ONNX model that gives every stage: onnx_model.py SPEC WEIGHTS OUT."""
import json
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

import stored

spec, given = json.loads(sys.argv[1]), stored.load(sys.argv[2])
h, kv, t = spec["num_heads"], spec["num_kv_heads"], spec["tokens"]
d = spec["d_model"] // h
constants, nodes, outputs = [], [], []


def constant(name, value):
    constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
    return name


def stage(op, name, inputs, kept=True, **attributes):
    nodes.append(helper.make_node(op, inputs, [name], **attributes))
    if kept:
        outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, None))
    return name


def heads_of(name, count):
    split = stage("Reshape", name + "_split", [name, constant(name + "_shape", np.array([1, t, count, d], np.int64))], False)
    heads = stage("Transpose", name + "_heads", [split], perm=[0, 2, 1, 3])
    if count == h:
        return heads
    column = stage("Unsqueeze", name + "_column", [heads, constant(name + "_axis", np.array([2], np.int64))], False)
    wide = stage("Expand", name + "_wide", [column, constant(name + "_times", np.array([1, count, h // count, t, d], np.int64))], False)
    return stage("Reshape", name + "_shared", [wide, constant(name + "_all", np.array([1, h, t, d], np.int64))])


for name in ("q", "k", "v"):
    stage("MatMul", name, ["x", constant("w_" + name, given["w_" + name])])
q, k, v = heads_of("q", h), heads_of("k", kv), heads_of("v", kv)
keys = stage("Transpose", "keys", [k], False, perm=[0, 1, 3, 2])
stage("MatMul", "scores", [q, keys])
stage("Mul", "scaled_scores", ["scores", constant("scale", np.float32(d ** -0.5))])
mask = np.triu(np.ones((1, 1, t, t), bool), 1)
stage("Where", "masked_scores", [constant("mask", mask), constant("hidden", np.float32(-np.inf)), "scaled_scores"])
stage("Softmax", "attn_weights", ["masked_scores"], axis=-1)
stage("MatMul", "head_outputs", ["attn_weights", v])
beside = stage("Transpose", "beside", ["head_outputs"], False, perm=[0, 2, 1, 3])
stage("Reshape", "concat", [beside, constant("concat_shape", np.array([1, t, h * d], np.int64))])
stage("MatMul", "output", ["concat", constant("w_o", given["w_o"])])

x = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, t, spec["d_model"]])
graph = helper.make_graph(nodes, "attention", [x], outputs, constants)
onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8), sys.argv[3])
