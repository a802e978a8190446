// Where numbers lie in memory, and the picture of each kind of computation.
import assert from 'node:assert/strict';
import {Simulator, laptop, phone, until} from './harness.mjs';

const table = (s, id) => s.page.evaluate((name) => {
  const found = document.getElementById(name);
  return [...found.tBodies[0].rows].map((row) => [...row.cells].map((cell) => cell.textContent));
}, id);

export const tests = {
  async 'memory: an address by index times stride, and what the wrong reshape puts there'({browser, url}) {
    const s = await Simulator.open(browser, url + '#v=1', laptop);
    await s.click('view:memory');
    await s.idle();
    await s.click('memory:right:1:2,3');
    await until(async () => (await s.stage()) === 'q_heads', 'the cell that was clicked');
    await s.idle();
    const told = await s.text('memory-arithmetic');
    assert.match(told, /address 23: token 2 "by" at feature 7 \(head 1, entry 3\)/);
    assert.match(told, /0·64 \+ 1·4 \+ 2·8 \+ 3·1 = 23/);
    assert.match(told, /wrong reshape, at the same place: token 5 "was"/);
    await s.screenshot('memory');
    // Its number, where the wrong reshape is a stage; the link brings all of it back.
    await s.click('memory:open');
    await until(async () => (await s.hash()).includes('pipeline=storage'), 'the pipeline');
    await s.idle();
    await s.page.waitForTimeout(500);  // what is pointed at is told, and moves what is shown
    await s.click('memory:wrong:1:2,3');
    await until(async () => (await s.stage()) === 'wrong_heads', 'the wrong stage');
    await s.page.mouse.move(2, 2);  // what is pointed at would be told instead
    await s.idle();
    const other = await Simulator.open(browser, url + (await s.hash()), laptop);
    const told_of_wrong = () => s.text('memory-arithmetic');
    await until(async () => (await other.text('memory-arithmetic')) === (await told_of_wrong()), 'the same address');
    assert.deepEqual(await other.view(), await s.view());
    await other.close();
    await s.close();
  },

  async 'pictures: offered where there is none; tiles, cache and layers follow the steps'({browser, url}) {
    const s = await Simulator.open(browser, url + '#v=1&view=picture', laptop);
    await s.click('picture:flash');
    await until(async () => (await s.hash()).includes('pipeline=flash'), 'flash attention');
    await s.page.evaluate(() => headwise.command('change stage=running_max&cell=0,0&mask=causal'));
    await s.idle();
    assert.match(await s.text('tiles-where'), /^Tile 0 of 3 .* 0 of 9 tiles done/);
    await s.click('tiles:scores:7,6');
    await s.idle();
    assert.match(await s.text('tiles-where'), /^Tile 2 of 3 \(keys 6 to 7\), query block 2 of 3 .* 8 of 9 tiles done/);
    const running = await table(s, 'tiles-running');
    assert.deepEqual(running.map((row) => row.at(-1)), ['done', 'done', 'now']);
    await s.screenshot('picture-tiles');

    await s.page.evaluate(() => headwise.command('change pipeline=decode&stage=step0/x&step_by=stage'));
    await s.idle();
    assert.match(await s.text('cache-where'), /attention reads all 7 rows, 448 B/);
    await s.focusCanvas();
    while ((await s.stage()) !== 'step1/x') await s.press('ArrowRight');
    assert.match(await s.text('cache-where'), /attention reads all 8 rows, 512 B/);
    await s.screenshot('picture-cache');

    await s.page.evaluate(() => headwise.command('change pipeline=block&layers=3&experts=4&stage=block1/ffn/router_weights&cell=2,0'));
    await s.idle();
    assert.match(await s.text('layers-product'), /^3 layers × 2 heads = 6 attention computations/);
    const routes = await table(s, 'layers-experts');
    for (const [token, ...shares] of routes) {
      const chosen = shares.filter((share) => share !== '').map(Number);
      assert.equal(chosen.length, 2, token);
      assert.ok(Math.abs(chosen[0] + chosen[1] - 1) < 0.002, token);
    }
    await s.screenshot('picture-layers');
    await s.click('layers:all:2,1');
    await until(async () => (await s.stage()) === 'block2/attn/attn_weights', 'the head of the last layer');
    await s.close();
  },

  async 'both views on a phone'({browser, url}) {
    const s = await Simulator.open(browser, url + '#v=1&view=memory&stage=k_heads', phone);
    await s.idle();
    assert.match(await s.text('memory-arithmetic'), /address 0/);
    await s.screenshot('memory-phone');
    await s.page.evaluate(() => headwise.command('change view=picture&pipeline=decode'));
    await s.idle();
    assert.match(await s.text('cache-total'), /without a cache/);
    await s.screenshot('picture-phone');
    await s.close();
  },
};
