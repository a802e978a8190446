// ONNX Runtime's side of scripts/bench: one thread, every stage an output.
import {readFileSync, writeFileSync} from 'node:fs';
import {createInterface} from 'node:readline';
import ort from 'onnxruntime-node';
import {medianMs, storedTensors} from './timing.mjs';

const opened = {};

for await (const line of createInterface({input: process.stdin})) {
  const [verb, name, ...rest] = line.split(' ');
  if (verb === 'open') {
    const session = await ort.InferenceSession.create(rest[1], {intraOpNumThreads: 1, interOpNumThreads: 1, graphOptimizationLevel: 'all'});
    const file = readFileSync(rest[0]);
    const {x} = storedTensors(file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength));
    opened[name] = {session, feeds: {x: new ort.Tensor('float32', x.data, x.shape)}};
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
