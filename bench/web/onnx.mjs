// ONNX Runtime Web: one thread, its processor back end. `run NAME MS output` asks for the output alone.
import * as ort from '../node_modules/onnxruntime-web/dist/ort.wasm.min.mjs';
import {medianMs, storedTensors} from '../timing.mjs';

ort.env.wasm.numThreads = 1;
ort.env.wasm.wasmPaths = '/bench/node_modules/onnxruntime-web/dist/';
const opened = {};

export async function open(name, file, model) {
  const {x} = storedTensors(await (await fetch(`/file${file}`)).arrayBuffer());
  const session = await ort.InferenceSession.create(await (await fetch(`/file${model}`)).arrayBuffer(),
    {executionProviders: ['wasm'], graphOptimizationLevel: 'all'});
  opened[name] = {session, feeds: {x: new ort.Tensor('float32', x.data, x.shape)}};
}

export const output = async (name) => (await opened[name].session.run(opened[name].feeds, ['output'])).output.data;

export function run(name, budget, only) {
  const {session, feeds} = opened[name];
  return medianMs(Number(budget), only ? () => session.run(feeds, [only]) : () => session.run(feeds));
}
