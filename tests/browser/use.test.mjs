// A learner's way through it, at two pixel densities.
import assert from 'node:assert/strict';
import {Simulator, laptop, until} from './harness.mjs';

const sentence = 'The bank by the river was flooded.';

async function journey({browser, url}, scale) {
  const viewport = {width: 960, height: 600};
  const s = await Simulator.open(browser, url + '#v=1&tokens=Hello.', {scale, viewport});
  await s.type('tokens', sentence);
  await s.type('d_model', '16');
  await s.type('num_heads', '4');
  await s.type('num_kv_heads', '2');
  await until(async () => (await s.hash()).includes('num_kv_heads=2'), 'the address');
  const address = new URLSearchParams((await s.hash()).slice(1));
  assert.equal(address.get('d_model'), '16');
  assert.equal(address.get('num_heads'), '4');
  // The sentence is the default one.
  assert.equal(address.get('tokens') ?? sentence, sentence);
  assert.equal((await s.slice()).rows.length, 8);
  assert.match(await s.text('stage-shape'), /1, 8, 16/);

  // From the first stage to the last by keyboard, and back.
  await s.focusCanvas();
  await s.press('Home');
  assert.equal(await s.stage(), 'x');
  await s.page.keyboard.press('4');  // a step is a stage
  const forth = [await s.stage()];
  while (forth.at(-1) !== 'output' && forth.length < 40) {
    await s.press('ArrowRight');
    forth.push(await s.stage());
  }
  assert.ok(forth.length > 10, forth.join(' '));
  for (const stage of ['q', 'k_heads', 'k_shared', 'scores', 'scaled_scores', 'attn_weights', 'concat', 'output']) {
    assert.ok(forth.includes(stage), `${stage} among ${forth}`);
  }
  const back = [await s.stage()];
  while (back.at(-1) !== 'x' && back.length < 40) {
    await s.press('ArrowLeft');
    back.push(await s.stage());
  }
  assert.deepEqual(back.reverse(), forth);

  // A cell, and from there to where its numbers come from.
  await s.click('stage:scores');
  await until(async () => (await s.stage()) === 'scores', 'the scores');
  await s.click('cell:4,1');
  await s.idle();
  assert.match(await s.text('explanation'), /scores/);
  const before = await s.view();
  await s.click('term:0');
  await until(async () => (await s.stage()) !== 'scores', "the term's source");
  const source = await s.stage();
  assert.ok(['q_heads', 'k_shared', 'k_heads'].includes(source), source);
  await s.focusCanvas();
  await s.press('Backspace');
  assert.deepEqual(await s.view(), before);
  await s.click('cell:2,5');
  await s.idle();

  // Share, and open the link elsewhere.
  await s.click('header:share');
  const link = await until(() => s.page.evaluate(() => navigator.clipboard.readText()), 'the link');
  assert.ok(link.startsWith(url + '#v=1&'), link);
  const here = await s.view();
  const other = await Simulator.open(browser, link, {scale, viewport});
  await until(async () => (await other.stage()) === here.stage, 'the shared stage');
  assert.deepEqual(await other.view(), here);
  assert.equal(await other.hash(), await s.hash());
  await s.screenshot(`journey-${scale}x`);
  await other.close();
  await s.close();
  return `${forth.length} stages`;
}

export const tests = {
  'a sentence, sizes, steps, a cell, its terms, a shared link; 1 pixel a point': (world) => journey(world, 1),
  'a sentence, sizes, steps, a cell, its terms, a shared link; 2 pixels a point': (world) => journey(world, 2),

  async 'the sentence is edited in a field of the page'({browser, url}) {
    const s = await Simulator.open(browser, url);
    const box = await s.place('control:tokens');
    await s.click('control:tokens');
    const input = s.page.locator('#edit');
    await input.waitFor();
    const over = await input.boundingBox();
    for (const side of ['x', 'y', 'width', 'height']) assert.ok(Math.abs(over[side] - box[side]) < 1.5, side);
    assert.equal(await input.inputValue(), sentence);
    assert.equal(await s.page.evaluate(() => getSelection().toString() || document.activeElement.value.slice(
      document.activeElement.selectionStart, document.activeElement.selectionEnd)), sentence);
    // Every letter counts at once.
    await s.page.keyboard.type('Cats chase mice');
    await until(async () => (await s.hash()).includes('tokens=Cats%20chase%20mice'), 'the typed sentence');
    await s.screenshot('editing');
    // Escape brings back what was there.
    await s.page.keyboard.press('Escape');
    await until(async () => !(await s.hash()).includes('tokens'), 'the sentence from before');
    assert.ok(await input.isHidden());
    assert.equal(await s.active(), 'canvas');
    // Pasting, and a click elsewhere to end.
    await s.page.evaluate(() => navigator.clipboard.writeText('¿Dónde está? 日本 🙂'));
    await s.click('control:tokens');
    await s.page.keyboard.press('Control+V');
    await s.click('stage:q');
    const tokens = () => s.setting('tokens');
    await until(async () => (await tokens()) === '¿Dónde está? 日本 🙂', 'the pasted sentence');
    assert.ok(await input.isHidden());
    await s.close();
  },

  async 'an invalid setting says why, keeps the picture, and is undone'({browser, url}) {
    const s = await Simulator.open(browser, url);
    const before = await s.slice();
    await s.type('num_heads', '3');
    await until(async () => /num_heads=3 does not divide d_model=8/.test(await s.text('problem')), 'the reason');
    assert.deepEqual(await s.slice(), before);
    await s.screenshot('problem');
    await s.click('problem:undo');
    await until(async () => (await s.text('problem')) === '', 'no reason');
    await s.close();
  },

  async 'playing goes on by itself, and pauses'({browser, url}) {
    const s = await Simulator.open(browser, url);
    await s.focusCanvas();
    const at = async () => Number((await s.text('step')).match(/step ([\d,]+)/)[1]);
    const first = await at();
    await s.page.keyboard.press('Space');
    await until(async () => (await at()) >= first + 2, 'two steps');
    await s.press('Space');
    const paused = await at();
    await s.page.waitForTimeout(900);
    assert.equal(await at(), paused);
    await s.close();
  },

  async 'back and forward in the history, and links typed by hand'({browser, url}) {
    const s = await Simulator.open(browser, url);
    await s.page.evaluate(() => { location.hash = '#v=1&stage=concat&d_model=12'; });
    await until(async () => (await s.stage()) === 'concat', 'concat');
    await s.page.evaluate(() => { location.hash = '#v=1&d_model=nine'; });
    await until(async () => /d_model=nine/.test(await s.text('problem')), 'the reason');
    assert.equal(await s.stage(), 'concat');
    assert.equal(await s.hash(), '#v=1&d_model=nine');
    await s.page.goBack();
    await until(async () => (await s.text('problem')) === '', 'no reason');
    await s.close();
  },

  async 'dark and light'({browser, url}) {
    const s = await Simulator.open(browser, url, {colorScheme: 'dark'});
    assert.equal(await s.page.evaluate(() => getComputedStyle(document.body).backgroundColor), 'rgb(16, 18, 22)');
    await s.screenshot('dark');
    await s.click('header:theme');
    await until(async () => (await s.hash()).includes('theme=light'), 'the theme');
    assert.equal(await s.page.evaluate(() => getComputedStyle(document.body).backgroundColor), 'rgb(236, 238, 241)');
    // Without a choice of one's own, the system's counts, also when it changes.
    await s.load('#v=1');
    const dark = await s.page.locator('#canvas').screenshot();
    await s.page.emulateMedia({colorScheme: 'light'});
    await until(async () => !dark.equals(await s.page.locator('#canvas').screenshot()), 'another picture');
    await s.close();
  },

  async 'what is written on an item finds it, in every view'({browser, url}) {
    const s = await Simulator.open(browser, url + '#v=1&stage=attn_weights&compare=mask%3Dcausal', laptop);
    await s.click('item:find');
    await until(async () => (await s.active()) === 'edit', 'the list of everything');
    await s.page.keyboard.press('Escape');
    await s.idle();
    for (const [view, item] of [['overview', 'whole'], ['memory', 'run the wrong reshape'], ['heads', 'entropy'], ['compare', 'swap'], ['stage', 'all']]) {
      await s.command('set view=' + view);
      const at = await s.place('item:' + item);
      assert.ok(at.width > 10 && at.height > 10, `${item}: ${JSON.stringify(at)}`);
    }
    await s.close();
  },
};
