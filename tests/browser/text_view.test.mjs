// The text view: for screen readers, for keyboards, and in place of the canvas.
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {Simulator, until} from './harness.mjs';

export const tests = {
  async 'does everything without the canvas'({browser, url}) {
    const s = await Simulator.open(browser, url);
    await s.page.getByRole('button', {name: 'Text view', exact: true}).click();
    assert.equal(await s.page.getByRole('button', {name: 'Text view', exact: true}).getAttribute('aria-pressed'), 'true');
    await s.page.locator('#field-tokens').fill('The bank by the river was flooded.');
    for (const [key, value] of [['d_model', '16'], ['num_heads', '4'], ['num_kv_heads', '2']]) {
      await s.page.locator('#field-' + key).fill(value);
      await s.page.locator('#field-' + key).press('Enter');
    }
    await s.page.locator('#field-step_by').selectOption('stage');
    await until(async () => (await s.hash()).includes('step_by=stage'), 'the address');
    assert.match(await s.hash(), /d_model=16&num_heads=4&num_kv_heads=2/);
    const next = s.page.getByRole('button', {name: 'Step on'});
    await next.focus();
    for (let i = 0; i < 7; ++i) await s.page.keyboard.press('Enter');
    await until(async () => /step 8 of/.test(await s.text('step')), 'step 8');
    assert.equal(await s.page.evaluate(() => document.activeElement.textContent), 'Step on');
    await s.screenshot('text-view');
    await s.close();
  },

  async 'tables have captions and headers'({browser, url}) {
    const s = await Simulator.open(browser, url + '#v=1&stage=scores');
    await until(async () => (await s.stage()) === 'scores', 'the stage');
    const about = await s.page.evaluate(() => [...document.querySelectorAll('#mirror table')].map((table) => ({
      id: table.id,
      caption: table.caption?.textContent,
      columns: [...table.tHead.querySelectorAll('th[scope=col]')].length,
      rows: table.tBodies[0].rows.length,
      headers: [...table.tBodies[0].querySelectorAll('th[scope=row]')].length,
      widths: new Set([...table.rows].map((row) => row.cells.length)).size,
    })));
    assert.ok(about.length >= 2);
    for (const table of about) {
      assert.ok(table.caption, JSON.stringify(table));
      assert.equal(table.widths, 1, JSON.stringify(table));
    }
    const slice = about.find((table) => table.id === 'slice');
    assert.deepEqual([slice.columns, slice.rows, slice.headers], [8, 8, 8]);
    assert.deepEqual((await s.slice()).rows.map((row) => row.header).slice(0, 3), ['The', 'bank', 'by']);
    assert.equal(await s.page.locator('#explanation').getAttribute('aria-live'), 'polite');
    await s.close();
  },

  async 'what did not change is left alone, and the focus with it'({browser, url}) {
    const s = await Simulator.open(browser, url + '#v=1&stage=scores');
    await until(async () => (await s.stage()) === 'scores', 'the stage');
    await s.page.evaluate(() => {
      window.changes = [];
      new MutationObserver((all) => {
        for (const change of all) {
          const element = change.target.nodeType === 1 ? change.target : change.target.parentElement;
          window.changes.push(element?.closest('[id]')?.id);
        }
      }).observe(document.getElementById('mirror'), {childList: true, subtree: true, characterData: true});
      document.getElementById('field-d_model').focus();
    });
    await s.command('move 0,1');
    await until(async () => /scores/.test(await s.text('explanation')), 'the explanation');
    await s.idle();
    const changed = await s.page.evaluate(() => [...new Set(window.changes)]);
    assert.ok(changed.includes('explanation'), changed.join());
    assert.ok(!changed.includes('slice'), changed.join());
    assert.equal(await s.active(), 'field-d_model');
    await s.close();
  },

  async 'a refused value is marked and explained'({browser, url}) {
    const s = await Simulator.open(browser, url);
    const field = s.page.locator('#field-d_model');
    await field.focus();
    await field.fill('8.5');
    await field.press('Enter');
    await until(async () => (await field.getAttribute('aria-invalid')) === 'true', 'the mark');
    assert.match(await s.text('problem'), /^d_model=8\.5: must be a whole number from 1 to 65536/);
    assert.equal(await field.getAttribute('aria-describedby'), 'problem');
    assert.equal(await field.inputValue(), '8.5');
    await field.fill('12');
    await field.press('Enter');
    await until(async () => (await field.getAttribute('aria-invalid')) === 'false', 'no mark');
    assert.equal(await s.text('problem'), '');
    await s.close();
  },

  async 'is out of sight until it is wanted, and never out of reach'({browser, url}) {
    const s = await Simulator.open(browser, url);
    const width = async () => (await s.page.locator('#mirror').boundingBox()).width;
    assert.ok((await width()) <= 1);
    assert.ok((await s.page.locator('#mirror').ariaSnapshot()).includes('heading'));
    await s.page.keyboard.press('Tab');
    await s.screenshot('skip');
    await s.page.keyboard.press('Enter');
    assert.ok((await width()) > 300);
    assert.equal(await s.active(), 'mirror');
    // Tabbing into it shows it while the focus is there.
    await s.page.getByRole('button', {name: 'Text view', exact: true}).click();
    assert.ok((await width()) <= 1);
    await s.focusCanvas();
    await s.page.keyboard.press('Tab');
    assert.ok((await width()) > 300);
    await s.page.keyboard.press('Shift+Tab');
    assert.ok((await width()) <= 1);
    await s.close();
  },

  async 'shares'({browser, url}) {
    const s = await Simulator.open(browser, url + '#v=1&d_model=16');
    await s.page.getByRole('button', {name: 'Text view', exact: true}).click();
    await s.page.getByRole('button', {name: /^Share/}).click();
    await until(async () => (await s.text('status')) === 'Link copied', 'the message');
    assert.equal(await s.page.evaluate(() => navigator.clipboard.readText()), url + '#v=1&d_model=16');
    await s.close();
  },

  async 'copies the script for PyTorch that headwise export prints'({browser, url, program}) {
    const s = await Simulator.open(browser, url + '#v=1&tokens=One%20"two"%20日本&mask=causal&stage=scores');
    await s.page.getByRole('button', {name: 'Text view', exact: true}).click();
    await s.page.getByRole('button', {name: 'Check it in PyTorch'}).click();
    await until(async () => (await s.text('status')).startsWith('Copied a script'), 'the message');
    const expected = execFileSync(program, ['export', 'tokens=One "two" 日本', 'mask=causal'], {encoding: 'utf8'});
    assert.equal(await s.page.evaluate(() => navigator.clipboard.readText()), expected);

    await s.page.locator('#field-d_model').fill('512');
    await s.page.locator('#field-d_model').press('Enter');
    await until(async () => (await s.text('check-note')).includes('at most 100,000'), 'the reason');
    await s.page.getByRole('button', {name: 'Check it in PyTorch'}).click();
    await until(async () => (await s.text('status')).includes('copied the command'), 'the message');
    assert.match(await s.page.evaluate(() => navigator.clipboard.readText()),
      /^headwise export --as pytorch '#v=1&tokens=[^ ']*&d_model=512&mask=causal' --out check.py$/);
    await s.close();
  },
};
