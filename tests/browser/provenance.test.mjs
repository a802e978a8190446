// Walking from a number to where it came from and back, lighting up what depends on what, and changing
// cells with the mouse.
import assert from 'node:assert/strict';
import {Simulator, laptop, until} from './harness.mjs';

export const tests = {
  async 'four links on, back to the middle, and to the start'({browser, url}) {
    const s = await Simulator.open(browser, url + '#v=1&stage=output&cell=0,2', laptop);
    const stages = [await s.stage()];
    for (const term of ['term:2', 'term:0', 'term:0', 'term:0']) {
      const before = await s.text('explanation');
      await s.click(term);
      await until(async () => (await s.text('explanation')) !== before, 'the next cell');
      stages.push(await s.stage());
    }
    assert.deepEqual(stages.slice(0, 4), ['output', 'concat', 'head_outputs', 'attn_weights']);
    const trail = await s.text('trail');
    assert.match(trail, /^output\[0,2\] < concat\[0,\d\] < head_outputs\[\d,0,\d\] < attn_weights\[\d,0,\d\] < \w+\[\d,0,\d\]$/);
    await s.screenshot('trail');
    await s.click('trail:2');
    await until(async () => (await s.stage()) === 'head_outputs', 'the middle');
    assert.equal(await s.text('trail'), trail.split(' < ').slice(0, 3).join(' < '));
    await s.page.getByRole('button', {name: 'Text view', exact: true}).click();
    await s.page.getByRole('button', {name: /^Back to output\[/}).click();
    await until(async () => (await s.stage()) === 'output', 'the start');
    await s.close();
  },

  async 'a weight turned by the wheel, then dragged: listed, told on hover, each one change'({browser, url}) {
    const s = await Simulator.open(browser, url + '#v=1&stage=w_q&cell=2,5', laptop);
    const value = async () => Number((await s.text('explanation')).match(/= (-?[\d.]+): /)[1]);
    const before = await value();
    const near = (by) => async () => Math.abs((await value()) - before - by) < 1e-6;
    await s.page.mouse.move(...(await s.middle('cell:2,5')));
    await s.idle();
    await s.page.mouse.wheel(0, -100);
    await until(near(0.1), 'a tenth more');
    await s.page.mouse.wheel(0, -200);
    await until(near(0.3), 'two tenths more');
    assert.match(await s.text('cell-change'), /^before 0\.\d+, now 0\.\d+ \(\+0\.300\)$/);
    assert.ok((await s.page.locator('#changes tbody tr').count()) > 4);
    await s.focusCanvas();
    await s.press('Control+z');
    await until(async () => (await s.setting('edits')) === null, 'no edit');

    const [x, y] = await s.middle('edit:drag');
    await s.page.mouse.move(x, y);
    await s.idle();
    await s.page.mouse.down();
    for (let i = 1; i <= 5; ++i) await s.page.mouse.move(x + 10 * i, y);
    await s.page.mouse.up();
    await until(async () => Math.abs((await value()) - before - 0.5) < 0.05, 'half more');
    await s.click('stage:q');
    await until(async () => (await s.stage()) === 'q', 'the queries');
    assert.equal(await s.text('stage-changed'), 'Changed by the last setting: 8 of 64 cells changed in the part shown.');
    await s.page.mouse.move(...(await s.middle('cell:3,5')));
    await s.page.waitForTimeout(300);
    await s.screenshot('changed-cells');
    await s.click('cell:3,5');
    await until(async () => /^before -?\d.*, now -?\d.* \([+-]\d.*\)$/.test(await s.text('cell-change')), 'before and now');
    await s.click('cell:3,4');
    await until(async () => (await s.text('cell-change')) === '', 'no change');
    await s.close();
  },

  async 'a wheel that changes nothing scrolls the page around it'({browser, url}) {
    const s = await Simulator.open(browser, url + '#v=1&stage=w_q&cell=2,5', laptop);
    await s.page.evaluate(() => addEventListener('wheel', (event) => { window.kept = event.defaultPrevented; }));
    await s.page.mouse.move(...(await s.middle('cell:4,4')));
    await s.idle();
    await s.page.mouse.wheel(0, -100);
    await s.idle();
    assert.equal(await s.setting('edits'), null);
    assert.equal(await s.page.evaluate(() => window.kept), false);
    await s.close();
  },

  async 'a word is typed anew where it stands'({browser, url}) {
    const s = await Simulator.open(browser, url + '#v=1&stage=scores', laptop);
    await s.click('cell-rows:4,0');
    const input = s.page.locator('#edit');
    await input.waitFor();
    assert.equal(await input.inputValue(), 'river');
    const [field, label] = [await input.boundingBox(), await s.place('cell-rows:4,0')];
    assert.ok(Math.abs(field.y + field.height / 2 - label.y - label.height / 2) < 3, 'beside its row');
    await s.page.keyboard.type('lake');
    await s.screenshot('word');
    await s.page.keyboard.press('Enter');
    await until(async () => (await s.setting('tokens')) === 'The bank by the lake was flooded.', 'the sentence');
    await s.focusCanvas();
    await s.press('Control+z');
    await until(async () => (await s.setting('tokens')) === null, 'the sentence from before');
    await s.close();
  },

  async 'what a cell is made from lights up, and the link keeps it'({browser, url}) {
    const s = await Simulator.open(browser, url + '#v=1&stage=scores&cell=2,4', laptop);
    await s.focusCanvas();
    await s.press('d');
    await until(async () => (await s.setting('trace_cells')) === 'sources', 'the key');
    const rows = () => s.page.evaluate(() => Object.fromEntries([...document.querySelectorAll('#lit tbody tr')].map(
      (row) => [row.querySelector('th').textContent, [...row.querySelectorAll('td')].map((cell) => cell.textContent)])));
    const lit = await rows();
    assert.deepEqual(lit.q_heads, ['4', '0', '64', '0,0,2,0:4']);
    assert.deepEqual(lit.x, ['16', '0', '64', '0,2,0:8; 0,4,0:8']);
    assert.equal(lit.v, undefined);
    await s.screenshot('lit');
    const other = await Simulator.open(browser, url + (await s.hash()), laptop);
    assert.equal(await other.setting('trace_cells'), 'sources');
    await other.close();
    await s.press('d');
    await until(async () => (await rows()).output, 'what it goes into');
    await s.close();
  },

  async 'a step moves for a fifth of a second, unless the system asks for little motion'({browser, url}) {
    const s = await Simulator.open(browser, url + '#v=1&stage=scores', {...laptop, reducedMotion: 'reduce'});
    await s.focusCanvas();
    const fastest = async () => {
      let least = Infinity;
      for (let i = 0; i < 5; ++i) {
        await s.page.waitForTimeout(300);
        const start = Date.now();
        await s.press('ArrowRight');
        least = Math.min(least, Date.now() - start);
      }
      return least;
    };
    const still = await fastest();
    await s.page.emulateMedia({reducedMotion: 'no-preference'});
    const moving = await fastest();
    await s.page.emulateMedia({reducedMotion: 'reduce'});
    const again = await fastest();
    assert.ok(moving >= 190, `${moving} ms`);
    assert.ok(still < 190 && again < 190, `${still} and ${again} ms`);
    await s.close();
    return `${still} ms without motion, ${moving} with it`;
  },

  async 'reset this cell, this tensor, everything'({browser, url}) {
    const s = await Simulator.open(browser, url + '#v=1&stage=w_q&cell=0,1&edits=w_k:0,0=1;w_q:0,1=1;w_q:3,3=2', laptop);
    await s.click('edit:reset');
    await until(async () => (await s.setting('edits')) === 'w_k:0,0=1;w_q:3,3=2', 'one cell reset');
    await s.focusCanvas();
    await s.press('Control+z');
    await s.click('edit:reset_tensor');
    await until(async () => (await s.setting('edits')) === 'w_k:0,0=1', 'the tensor reset');
    await s.click('edit:reset_all');
    await until(async () => (await s.setting('edits')) === null, 'all reset');
    await s.close();
  },
};
