// How the peers written in JavaScript measure, in Node and in the browser.

// The median of single runs; cheap ones are measured several at a time, since browsers' clocks are coarse.
export async function medianMs(budget, work) {
  const ms = async (times) => {
    const start = performance.now();
    for (let i = 0; i < times; ++i) await work();
    return (performance.now() - start) / times;
  };
  const times = Math.max(1, Math.floor(5 / Math.max(1e-3, await ms(3))));
  const all = [];
  for (let spent = 0; spent < budget || all.length < 3; spent += all.at(-1) * times) all.push(await ms(times));
  return all.sort((a, b) => a - b)[all.length >> 1];
}

// The float32 tensors of a safetensors file: name to {shape, data}.
export function storedTensors(buffer) {
  const length = Number(new DataView(buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));
  delete header.__metadata__;
  return Object.fromEntries(Object.entries(header).map(([name, {shape, data_offsets: [begin, end]}]) =>
    [name, {shape, data: new Float32Array(buffer.slice(8 + length + begin, 8 + length + end))}]));
}
