// ONNX Runtime's side of scripts/bench: one thread, every stage an output.
import {createInterface} from 'node:readline';
import {readFileSync, writeFileSync} from 'node:fs';
import ort from 'onnxruntime-node';

const opened = {};

function readX(path) {
  const bytes = readFileSync(path);
  const length = Number(bytes.readBigUInt64LE(0));
  const {shape, data_offsets: [begin, end]} = JSON.parse(bytes.subarray(8, 8 + length).toString()).x;
  const copy = Uint8Array.prototype.slice.call(bytes, 8 + length + begin, 8 + length + end);
  return new ort.Tensor('float32', new Float32Array(copy.buffer), shape);
}

async function medianMs(budget, work) {
  const ms = async (times) => {
    const start = performance.now();
    for (let i = 0; i < times; ++i) await work();
    return (performance.now() - start) / times;
  };
  const times = Math.max(1, Math.floor(0.5 / Math.max(1e-6, await ms(1))));
  const all = [];
  for (let spent = 0; spent < budget || all.length < 3; spent += all.at(-1) * times) all.push(await ms(times));
  return all.sort((a, b) => a - b)[all.length >> 1];
}

for await (const line of createInterface({input: process.stdin})) {
  const [verb, name, ...rest] = line.split(' ');
  if (verb === 'open') {
    const session = await ort.InferenceSession.create(rest[1], {intraOpNumThreads: 1, interOpNumThreads: 1, graphOptimizationLevel: 'all'});
    opened[name] = {session, feeds: {x: readX(rest[0])}};
    console.log('ok');
  } else if (verb === 'output') {
    const {session, feeds} = opened[name];
    const {output} = await session.run(feeds);
    writeFileSync(rest[0], Buffer.from(output.data.buffer, output.data.byteOffset, output.data.byteLength));
    console.log('ok');
  } else if (verb === 'run') {
    const {session, feeds} = opened[name];
    console.log(await medianMs(Number(rest[0]), () => session.run(feeds)));
  }
}
