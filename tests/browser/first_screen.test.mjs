// What a newcomer sees: the page without a hash.
import assert from 'node:assert/strict';
import {Simulator, laptop, phone, until} from './harness.mjs';

const cell = 'attn_weights[head 3: coreference, "it", "team"]';

async function isFirstScreen(s) {
  await until(async () => (await s.stage()) === 'attn_weights', 'the attention weights');
  await s.idle();
  assert.ok((await s.text('explanation')).includes(cell), await s.text('explanation'));
  assert.equal(await s.page.locator('#field-weights').inputValue(), 'constructed');
  assert.match(await s.page.locator('body').textContent(), /constructed, to show what a head can do/);
}

export const tests = {
  async 'first screen: heads that were constructed, and *it* looks at *team*'({browser, url}) {
    const s = await Simulator.open(browser, url, {...laptop, firstScreen: true});
    await isFirstScreen(s);
    assert.ok(await s.isDrawn());
    const {columns, rows} = await s.slice();
    const it = rows.find((row) => row.header === 'it');
    assert.ok(Number(it.cells[columns.indexOf('team') - (columns.length - it.cells.length)]) > 0.8, it.cells.join(' '));
    assert.equal(await s.page.evaluate(() => location.hash), '', 'nobody asked for a hash');
    await s.screenshot('first-screen');

    // Once something changes there is a link, and it shows the same.
    await s.command('set head=2');
    await until(async () => (await s.hash()).includes('head=2'), 'the address');
    await s.idle();
    const link = await s.hash();
    assert.match(link, /weights=constructed/);
    const other = await Simulator.open(browser, url + link, laptop);
    await until(async () => (await other.stage()) === 'attn_weights', 'the stage');
    assert.deepEqual(await other.view(), await s.view());
    await other.close();

    // The plain defaults have a link, and the address without one leads back.
    await s.load('#v=1');
    assert.equal(await s.stage(), 'x');
    assert.equal(await s.page.locator('#field-weights').inputValue(), 'random');
    await s.load('');
    await isFirstScreen(s);
    await s.close();
  },

  async 'first screen: weights are chosen by one control, which sets their sizes'({browser, url}) {
    const s = await Simulator.open(browser, url);
    await s.page.getByRole('button', {name: 'Text view', exact: true}).click();
    await s.page.locator('#field-weights').selectOption('constructed');
    await until(async () => (await s.hash()).includes('weights=constructed'), 'the address');
    assert.match(await s.hash(), /d_model=32&num_heads=5&head_dim=16&v_dim=4/);
    assert.equal(await s.page.locator('#field-d_model').inputValue(), '32');
    await s.page.locator('#field-weights').selectOption('random');
    await until(async () => !(await s.hash()).includes('weights='), 'random weights again');
    await s.close();
  },

  async 'first screen: on a phone'({browser, url}) {
    const s = await Simulator.open(browser, url, {...phone, firstScreen: true});
    await isFirstScreen(s);
    await s.screenshot('first-screen-phone');
    await s.close();
  },
};
