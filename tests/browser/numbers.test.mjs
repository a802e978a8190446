// The page shows the numbers that the command line computes.
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {Simulator, small} from './harness.mjs';

// The product's printing rule: three decimals, fewer for large values, exponents for very large and
// very small ones.
function printNumber(value, decimals = 3) {
  if (value === '-inf') return '-\u221e';
  if (value === 'inf') return '\u221e';
  const size = Math.abs(value);
  if (size >= 1e6 || (size !== 0 && size < 0.5 * 10 ** -decimals)) {
    return value.toExponential(decimals - 1).replace(/e([+-])(\d)$/, 'e$10$2');
  }
  for (let limit = 100; size >= limit && decimals > 1; limit *= 10) --decimals;
  return value.toFixed(decimals);
}

// The same, or one unit in the last digit that is printed.
function isSame(shown, expected) {
  if (shown === expected || (Number(shown) === 0 && Number(expected) === 0)) return true;
  const [mantissa, exponent = '0'] = shown.split('e');
  const unit = 10 ** (Number(exponent) - (mantissa.split('.')[1] || '').length);
  return Math.abs(Number(shown) - Number(expected)) <= unit * 1.001;
}

// A stage's slice in one sentence and query head: its last two other axes, further ones at their start.
function sliceOf({axes, shape, values}, heads, {batch_item: sentence = 0, head = 0}) {
  const stride = (axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const others = [];
  let start = 0;
  axes.forEach((name, axis) => {
    if (name === 'B') start += Number(sentence) * stride(axis);
    else if (name === 'h' || name === 'h_kv') start += Math.floor((Number(head) * shape[axis]) / heads) * stride(axis);
    else others.push(axis);
  });
  const [row, column] = others.slice(-2);
  const range = (size) => [...Array(size).keys()];
  return range(shape[row]).map((r) =>
    range(shape[column]).map((c) => printNumber(values[start + r * stride(row) + c * stride(column)])));
}

const two = 'One two three. | The bank by the river was flooded.';
const recipes = [
  {},
  {d_model: '16', num_heads: '4', num_kv_heads: '2', mask: 'causal', head: '3'},
  {tokens: two, mask: 'causal,padding', position: 'sinusoidal', bias: '1', batch_item: '0', head: '1'},
  {tokens: two, mask: 'padding', num_kv_heads: '1', d_model: '12', num_heads: '3', batch_item: '1', head: '2'},
  {d_model: '24', num_heads: '2', head_dim: '5', v_dim: '3', scale: '40', seed: '12345'},
  {tokens: '¿Dónde está? 日本語 🙂 naïve', d_model: '6', num_heads: '1', seed: '4294967295', mask: 'causal'},
  {pipeline: 'flash', d_model: '16', num_heads: '4', num_kv_heads: '2', tile_keys: '3', head: '2'},
];

export const tests = {
  async 'every stage of several recipes equals headwise trace'({browser, url, program, full}) {
    const s = await Simulator.open(browser, url, {viewport: small});
    let cells = 0;
    let masked = 0;
    let rounded = 0;
    for (const recipe of recipes.filter((_, i) => full || i % 2 === 0)) {
      const {head, batch_item: sentence, ...settings} = recipe;
      const words = Object.entries(settings).map(([key, value]) => `${key}=${value}`);
      const output = execFileSync(program, ['trace', '--json', '--values', ...words], {maxBuffer: 1 << 28, encoding: 'utf8'});
      const {stages, state} = JSON.parse(output);
      for (const stage of stages) {
        const query = new URLSearchParams({v: '1', ...recipe, stage: stage.id});
        await s.load('#' + query);
        assert.equal(await s.text('problem'), '');
        assert.equal(await s.stage(), stage.id);
        const expected = sliceOf(stage, Number(state.num_heads), recipe);
        const shown = (await s.slice()).rows.map((row) => row.cells);
        assert.deepEqual([shown.length, shown[0].length], [expected.length, expected[0].length], stage.id);
        shown.forEach((row, r) => row.forEach((text, c) => {
          const wanted = expected[r][c];
          const where = `${JSON.stringify(recipe)} ${stage.id}[${r},${c}]`;
          assert.ok(isSame(text, wanted), `${where}: page ${text}, command line ${wanted}`);
          ++cells;
          masked += text === '-\u221e';
          rounded += text !== wanted;
        }));
      }
    }
    assert.ok(masked > 20);
    await s.close();
    return `${cells} cells, ${masked} of them masked, ${rounded} one unit apart`;
  },
};
