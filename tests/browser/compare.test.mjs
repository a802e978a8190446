// Two runs side by side in the page.
import assert from 'node:assert/strict';
import {Simulator, until} from './harness.mjs';

export const tests = {
  async 'a pair is chosen, the largest difference is that of the tables, and leads to its cell'({browser, url}) {
    const s = await Simulator.open(browser, url + '#v=1');
    await s.click('view:compare');
    await until(async () => (await s.text('compare-invitation')).includes('locked in step'), 'the invitation');
    await s.click('compare:preset:no mask vs causal');
    const largest = await until(async () => (await s.text('compare-largest')).match(/Largest difference ([\d.e-]+) at/), 'a difference');
    await until(async () => (await s.setting('compare')) === 'mask=causal', 'the address');

    // Of both heads, cell by cell.
    let found = 0;
    for (const head of [0, 1]) {
      await s.click(`heads:${head}`);
      await s.idle();
      const difference = await s.table('compare-difference');
      assert.equal(difference.rows.length, 8);
      for (const row of difference.rows) {
        for (const text of row.cells) found = Math.max(found, Math.abs(Number(text.replace('\u2212', '-'))));
      }
    }
    assert.ok(Math.abs(found - Number(largest[1])) <= 1e-3 * found, `${found} in the tables, ${largest[1]} said`);

    // From head 1 to its cell, [head 0, "The", "The"], and a step on from there.
    assert.equal(await s.setting('head'), '1');
    await s.click('compare:largest');
    await until(async () => (await s.setting('head')) === null, 'its head');
    await s.focusCanvas();
    await s.press('ArrowRight');
    await until(async () => (await s.setting('cell')) === '0,1', 'the next cell');
    await s.click('compare:swap');
    await until(async () => (await s.setting('mask')) === 'causal', 'the swap');
    assert.equal((await s.text('compare-largest')).match(/difference ([\d.e-]+) at/)[1], largest[1]);

    // The link opens the same comparison.
    const other = await Simulator.open(browser, url + (await s.hash()));
    await until(async () => (await other.text('compare-largest')).includes(largest[1]), 'the comparison of the link');
    await s.screenshot('compare');
    await other.close();
    await s.close();
    return `largest ${largest[1]}`;
  },
};
