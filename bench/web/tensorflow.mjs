// TensorFlow.js with its WebAssembly back end, written as a user would; every stage is kept until the end of a run.
import {medianMs, storedTensors} from '../timing.mjs';
import {script} from './page.mjs';

const packages = '/bench/node_modules/@tensorflow';
await script(`${packages}/tfjs-core/dist/tf-core.min.js`);
await script(`${packages}/tfjs-backend-cpu/dist/tf-backend-cpu.min.js`);
await script(`${packages}/tfjs-backend-wasm/dist/tf-backend-wasm.min.js`);
tf.wasm.setWasmPaths(`${packages}/tfjs-backend-wasm/wasm-out/`);
await tf.setBackend('wasm');
const opened = {};

export async function open(name, file, text) {
  const spec = JSON.parse(text);
  const stored = storedTensors(await (await fetch(`/file${file}`)).arrayBuffer());
  const tensors = {};
  for (const id of ['x', 'w_q', 'w_k', 'w_v', 'w_o']) tensors[id] = tf.tensor(stored[id].data, stored[id].shape.slice(-2));
  const t = spec.tokens;
  const mask = tf.buffer([t, t], 'bool');
  for (let i = 0; i < t; ++i) for (let j = i + 1; j < t; ++j) mask.set(1, i, j);
  opened[name] = {spec, ...tensors, mask: mask.toTensor(), hidden: tf.scalar(-Infinity)};
}

function heads(projected, t, count, all) {
  const split = tf.transpose(tf.reshape(projected, [t, count, -1]), [1, 0, 2]);
  if (count === all) return split;
  const d = split.shape[2];
  return tf.reshape(tf.tile(tf.expandDims(split, 1), [1, all / count, 1, 1]), [all, t, d]);
}

function layer({spec, x, w_q, w_k, w_v, w_o, mask, hidden}) {
  const {tokens: t, num_heads: h, num_kv_heads: kv, d_model} = spec;
  const q = heads(tf.matMul(x, w_q), t, h, h);
  const k = heads(tf.matMul(x, w_k), t, kv, h);
  const v = heads(tf.matMul(x, w_v), t, kv, h);
  const scores = tf.matMul(q, k, false, true);
  const scaled = tf.mul(scores, Math.sqrt(h / d_model));
  const masked = tf.where(mask, hidden, scaled);
  const weights = tf.softmax(masked);
  const concat = tf.reshape(tf.transpose(tf.matMul(weights, v), [1, 0, 2]), [t, -1]);
  return tf.matMul(concat, w_o);
}

export const output = async (name) => tf.tidy(() => layer(opened[name]).dataSync());
export const run = (name, budget) => medianMs(Number(budget), () => tf.tidy(() => { layer(opened[name]); }));
