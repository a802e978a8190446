// Heads are compared: sorted, shown and hidden, and every number of them follows from the weights.
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {Simulator, until} from './harness.mjs';

const recipe = {d_model: '24', num_heads: '6', mask: 'causal', tokens: 'The river rose and the bank by the river was flooded.'};

// The tensors of a run, with `at(...index)`.
function tensors(program) {
  const state = Object.entries(recipe).map(([key, value]) => `${key}=${value}`);
  const out = execFileSync(program, ['trace', ...state, '--json', '--values'], {maxBuffer: 1 << 28});
  const named = {};
  for (const {id, shape, values} of JSON.parse(out).stages) {
    named[id] = {shape, at: (...index) => values[index.reduce((offset, i, axis) => offset * shape[axis] + i, 0)]};
  }
  return named;
}

const range = (n) => [...Array(n).keys()];
const mean = (list) => list.reduce((a, b) => a + b, 0) / list.length;

// What the formulas on the page say, of one head under a causal mask.
function measures(weights, head) {
  const n = weights.shape[2];
  const rows = range(n).map((i) => range(n).map((j) => weights.at(0, head, i, j)));
  const entropies = rows.map((row) => -row.reduce((sum, p) => sum + (p > 0 ? p * Math.log(p) : 0), 0));
  const stripes = range(n).map((j) => ({
    share: mean(rows.map((row) => row[j])),
    uniform: mean(rows.map((_, i) => (j <= i ? 1 / (i + 1) : 0))),
  }));
  const offsets = range(5).map((back) => {
    const there = range(n).filter((i) => i >= back);
    return {
      offset: -back,
      share: mean(there.map((i) => rows[i][i - back])),
      uniform: mean(there.map((i) => 1 / (i + 1))),
    };
  });
  const best = (list) => list.reduce((a, b) => (b.share - b.uniform > a.share - a.uniform ? b : a));
  return {
    entropy: mean(entropies),
    spread: mean(entropies.map((h, i) => Math.exp(h) / (i + 1))),
    stripe: best(stripes),
    diagonal: best(offsets),
  };
}

const share = (text) => Number(text.match(/(-?[\d.]+) %/)[1]) / 100;
const near = (shown, expected, unit, what) =>
  assert.ok(Math.abs(shown - expected) <= unit, `${what}: ${shown} on the page, ${expected} from the weights`);

export const tests = {
  async 'numbers of all heads follow from the weights; heads are sorted, hidden, shown alone, switched off'({browser, url, program}) {
    const s = await Simulator.open(browser, `${url}#v=1&view=heads&${new URLSearchParams(recipe)}`);
    const heads = Number(recipe.num_heads);
    await until(() => s.table('heads'), 'the table of heads');
    const weights = tensors(program).attn_weights;
    const truth = range(heads).map((h) => measures(weights, h));

    const table = await s.table('heads');
    assert.deepEqual(table.rows.map((row) => row.header), range(heads).map((h) => `head ${h}`));
    const cell = (t, row, name) => t.rows[row].cells[t.columns.indexOf(name)];
    for (const h of range(heads)) {
      near(parseFloat(cell(table, h, 'entropy')), truth[h].entropy, 6e-4, `entropy of head ${h}`);
      near(share(cell(table, h, 'spread')), truth[h].spread, 6e-3, `spread of head ${h}`);
      near(share(cell(table, h, 'stripe')), truth[h].stripe.share, 6e-3, `stripe of head ${h}`);
      const diagonal = cell(table, h, 'diagonal');
      near(share(diagonal), truth[h].diagonal.share, 6e-3, `diagonal of head ${h}`);
      assert.match(diagonal, new RegExp(`at offset ${truth[h].diagonal.offset === 0 ? '0' : '\u2212' + -truth[h].diagonal.offset},`));
    }

    // Sorted by a click: the table tells the same order.
    await s.click('heads:sort:entropy');
    const order = range(heads).sort((a, b) => truth[b].entropy - truth[a].entropy).map((h) => `head ${h}`);
    await until(async () => (await s.hash()).includes('sort_heads=entropy'), 'the address');
    await s.idle();
    assert.deepEqual((await s.table('heads')).rows.map((row) => row.header), order);

    // One hidden, one alone, all.
    const shown = async () => (await s.table('heads')).rows.filter((row) => row.cells.includes('shown')).map((row) => row.header).sort();
    await s.click('arcs:chip:2');
    await until(async () => (await shown()).length === heads - 1, 'a head less');
    assert.ok(!(await shown()).includes('head 2'));
    await s.page.waitForTimeout(400);
    await s.click('arcs:chip:4', {clickCount: 2});
    await until(async () => (await s.hash()).includes('arc_heads=4'), 'one head alone');
    await s.idle();
    assert.deepEqual(await shown(), ['head 4']);
    await s.screenshot('heads');
    await s.page.getByRole('button', {name: 'Show the arcs of all heads'}).evaluate((button) => button.click());
    await until(async () => (await shown()).length === heads, 'all heads');

    // A head that is switched off adds nothing.
    await s.click('heads:picture:3');
    await until(async () => (await s.hash()).includes('head=3'), 'head 3');
    await s.click('heads:switch');
    await until(async () => (await s.hash()).includes('heads_off=3'), 'head 3 off');
    await s.idle();
    const off = await s.table('heads');
    const row = off.rows.findIndex(({header}) => header === 'head 3');
    assert.match(cell(off, row, 'output'), /^0 %: 0\.000 of /);
    assert.ok(off.rows[row].cells.includes('switched off'));
    await s.close();
  },
};
