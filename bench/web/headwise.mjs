// Headwise as the page has it: the same engine, compiled by the same commands.
import {script} from './page.mjs';

await script('/program/headwise_bench.js');
const program = await HeadwiseBench({locateFile: (name) => `/program/${name}`});
const ask = (...words) => program.ccall('headwise_bench', 'string', ['string'], [words.join(' ')]);

export const open = (name, ...settings) => ask('open', name, ...settings);
export const run = (name, budget) => ask('run', name, budget);
export const close = (name) => ask('close', name);
export const matmul = (size, budget) => ask('matmul', size, budget);

export function output(name) {
  ask('output', name, '/output');
  return new Float32Array(program.FS.readFile('/output').slice().buffer);
}
