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

// The rows of a stage's slice in one sentence and query head; other leading axes at their start.
function sliceOf(stage, state, heads, {batch_item: sentence = 0, head = 0}) {
  const place = stage.axes.slice(0, -2).map((name, i) => {
    if (name === 'B') return Number(sentence);
    if (name === 'h' || name === 'h_kv') return Math.floor((Number(head) * stage.shape[i]) / heads);
    return 0;
  });
  const [rows, columns] = stage.shape.slice(-2);
  const start = place.reduce((at, index, i) => at * stage.shape[i] + index, 0) * rows * columns;
  return Array.from({length: rows}, (_, r) => stage.values.slice(start + r * columns, start + (r + 1) * columns).map((v) => printNumber(v)));
}

const recipes = [
  {},
  {d_model: '16', num_heads: '4', num_kv_heads: '2', mask: 'causal', head: '3'},
  {tokens: 'One two three. | The bank by the river was flooded.', mask: 'causal,padding', position: 'sinusoidal', bias: '1', batch_item: '0', head: '1'},
  {tokens: 'One two three. | The bank by the river was flooded.', mask: 'padding', num_kv_heads: '1', d_model: '12', num_heads: '3', batch_item: '1', head: '2'},
  {d_model: '24', num_heads: '2', head_dim: '5', v_dim: '3', scale: '40', seed: '12345'},
  {tokens: '¿Dónde está? 日本語 🙂 naïve', d_model: '6', num_heads: '1', seed: '4294967295', mask: 'causal'},
];

export const tests = {
  async 'every stage of several recipes equals headwise trace'({browser, url, program}) {
    const s = await Simulator.open(browser, url, {viewport: small});
    let cells = 0;
    let masked = 0;
    let rounded = 0;
    for (const recipe of recipes) {
      const {head, batch_item: sentence, ...settings} = recipe;
      const output = execFileSync(program, ['trace', '--json', '--values', ...Object.entries(settings).map(([k, v]) => `${k}=${v}`)],
                                  {maxBuffer: 1 << 28, encoding: 'utf8'});
      const {stages, state} = JSON.parse(output);
      for (const stage of stages) {
        if (Math.max(...stage.shape.slice(-2)) > 64) continue;
        const query = new URLSearchParams({v: '1', ...recipe, stage: stage.id});
        await s.load('#' + query);
        assert.equal(await s.text('problem'), '');
        assert.equal(await s.stage(), stage.id);
        const expected = sliceOf(stage, state, Number(state.num_heads), recipe);
        const shown = (await s.slice()).rows.map((row) => row.cells);
        assert.deepEqual([shown.length, shown[0].length], [expected.length, expected[0].length], stage.id);
        shown.forEach((row, r) => row.forEach((text, c) => {
          const wanted = expected[r][c];
          assert.ok(isSame(text, wanted), `${JSON.stringify(recipe)} ${stage.id}[${r},${c}]: page ${text}, command line ${wanted}`);
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
