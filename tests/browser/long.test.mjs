// Layers of real size: computed between frames, told about, stopped and gone on with.
import assert from 'node:assert/strict';
import {Simulator, until} from './harness.mjs';

const gpt2 = '#v=1&d_model=768&num_heads=12&mask=causal&stage=attn_weights&tokens=' + '!'.repeat(1024);
const missing = (s) => s.page.locator('#slice-missing').textContent().catch(() => '');

export const tests = {
  async 'a GPT-2 sized layer: shapes at once, stopped, gone on with, and every number there'({browser, url}) {
    const s = await Simulator.open(browser, url);
    await s.page.evaluate((hash) => { location.hash = hash; }, gpt2);
    await until(async () => (await s.text('stage-shape')).includes('(1, 12, 1024, 1024)'), 'the shape');
    await s.page.waitForTimeout(400);
    await s.page.evaluate(() => headwise.command('stop'));
    await until(async () => /^Stopped/.test(await missing(s)), 'that it has stopped', 5000);
    await s.idle();
    await s.screenshot('long-stopped');
    assert.match(await missing(s), /Shapes and counts are exact/);
    await s.page.evaluate(() => headwise.command('go'));
    await until(async () => (await s.page.locator('#slice tbody td').count()) === 64 * 64, 'numbers');
    await s.idle();
    const rows = await s.slice();
    assert.equal(rows.rows[0].cells[0], '1.000');
    assert.equal(rows.rows[0].cells[1], '0.000');
    await s.screenshot('long-1024');
    // What is stopped for good is undone.
    await s.page.evaluate(() => headwise.command('set d_model=1536'));
    await s.page.evaluate(() => headwise.command('undo'));
    await s.idle();
    assert.deepEqual(await s.slice(), rows);
    await s.close();
  },
  async 'memory levels off, however often a layer is computed anew'({browser, url}) {
    const s = await Simulator.open(browser, `${url}#v=1&d_model=512&mask=causal&tokens=${'!'.repeat(700)}`);
    const heap = [];
    for (let seed = 1; seed <= 8; ++seed) {
      await s.page.evaluate((command) => headwise.command(command), `set seed=${seed}`);
      await s.idle();
      heap.push(await s.page.evaluate(() => Module.HEAPU8.length));
    }
    assert.equal(heap.at(-1), heap[4], `bytes after each change: ${heap.join(', ')}`);
    await s.close();
  },
};
