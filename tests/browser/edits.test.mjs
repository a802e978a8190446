// Setting cells by hand, what that changes, and taking it back: on the canvas, on a phone and in the text view.
import assert from 'node:assert/strict';
import {Simulator, phone, until} from './harness.mjs';


export const tests = {
  async 'a weight is set, seen downstream, undone and shared'({browser, url}) {
    const s = await Simulator.open(browser, url + '#v=1&stage=w_q');
    await s.click('cell:2,5');
    await s.idle();
    const before = await s.text('explanation');
    await s.type('edits', '1.5');
    await until(async () => (await s.setting('edits')) === 'w_q:2,5=1.5', 'the edit in the address');
    assert.match(await s.text('explanation'), /w_q\[2, 5\] = 1\.500: set by hand, was /);
    const rows = await s.page.locator('#changes tbody tr').count();
    assert.ok(rows > 4, `${rows} stages differ`);
    await s.page.waitForTimeout(300);
    await s.screenshot('edit-1280x720');
    const link = (await s.hash());
    await s.focusCanvas();
    await s.press('Control+z');
    await until(async () => (await s.setting('edits')) === null, 'no edit');
    assert.equal(await s.text('explanation'), before);
    await s.press('Control+Shift+Z');
    await until(async () => (await s.setting('edits')) === 'w_q:2,5=1.5', 'the edit again');
    const other = await Simulator.open(browser, url + link);
    await until(async () => /set by hand/.test(await other.text('explanation')), 'the shared edit');
    assert.deepEqual(await other.slice(), await s.slice());
    await other.close();
    await s.close();
  },

  async 'a mask cell switches by a double click'({browser, url}) {
    const s = await Simulator.open(browser, url + '#v=1&mask=causal&stage=mask');
    const at = await s.place('cell:2,6');
    await s.page.mouse.dblclick(at.x + at.width / 2, at.y + at.height / 2, {delay: 30});
    await until(async () => (await s.setting('edits')) === 'mask:0,2,6=1', 'the edit');
    await s.page.waitForTimeout(300);
    await s.screenshot('edit-mask');
    await s.focusCanvas();
    await s.press('Enter');
    await until(async () => (await s.setting('edits')) === null, 'no edit');
    await s.close();
  },

  async 'Escape takes back what was typed, leaving the field keeps it'({browser, url}) {
    const s = await Simulator.open(browser, url);
    const type = async (text) => {
      await s.click('control:d_model');
      await until(async () => (await s.active()) === 'edit', 'the field');
      await s.page.keyboard.type(text);
    };
    await type('12');
    await s.page.keyboard.press('Escape');
    await s.idle();
    assert.equal(await s.hash(), '#v=1');
    await type('16');
    assert.equal(await s.hash(), '#v=1');  // not letter by letter
    await s.click('stage:q');
    await until(async () => (await s.hash()).includes('d_model=16'), 'the number');
    await s.close();
  },

  async 'on a phone, numbers and values have the keyboard'({browser, url}) {
    const s = await Simulator.open(browser, url + '#v=1&stage=w_k', phone);
    const tap = async (name) => {
      const at = await s.place(name);
      await s.page.touchscreen.tap(at.x + at.width / 2, at.y + at.height / 2);
      await s.idle();
    };
    await tap('cell:1,1');
    await tap('cell:1,1');  // the first shows, the second chooses
    await tap('control:edits');
    await until(async () => (await s.active()) === 'edit', 'the field');
    await s.page.keyboard.type('-2');
    await s.screenshot('edit-phone-typing');
    await s.page.keyboard.press('Enter');
    await until(async () => (await s.setting('edits')) === 'w_k:1,1=-2', 'the edit');
    await s.page.waitForTimeout(300);
    await s.screenshot('edit-phone');
    await tap('header:undo');
    await until(async () => (await s.setting('edits')) === null, 'no edit');
    await tap('header:redo');
    await until(async () => (await s.setting('edits')) !== null, 'the edit again');
    const touch = await s.context.newCDPSession(s.page);
    const send = (type, y) =>
      touch.send('Input.dispatchTouchEvent', {type, touchPoints: type === 'touchEnd' ? [] : [{x: 8, y}]});
    await tap('bar:drawer');
    while ((await s.place('control:seed')).y > 560) {
      await send('touchStart', 690);
      for (let y = 690; y >= 500; y -= 30) await send('touchMove', y);
      await s.page.waitForTimeout(200);  // a finger that rests throws nothing
      await send('touchMove', 500);
      await send('touchEnd');
      await s.idle();
    }
    await s.screenshot('edit-phone-below');
    await tap('control:seed');
    await until(async () => (await s.active()) === 'edit', "the seed's field");
    assert.equal(await s.page.evaluate(() => document.getElementById('edit').inputMode), 'numeric');
    await s.page.keyboard.type('7');
    await s.page.keyboard.press('Enter');
    await until(async () => (await s.hash()).includes('seed=7'), 'the seed');
    await s.close();
  },

  async 'the text view does all of it'({browser, url}) {
    const s = await Simulator.open(browser, url + '#v=1&stage=w_v&cell=0,3');
    await s.page.getByRole('button', {name: 'Text view', exact: true}).click();
    const field = s.page.locator('#field-edits');
    await field.fill('2.5');
    await field.press('Enter');
    await until(async () => (await s.setting('edits')) === 'w_v:0,3=2.5', 'the edit');
    await field.fill('much');
    await field.press('Enter');
    await until(async () => (await field.getAttribute('aria-invalid')) === 'true', 'the mark');
    assert.match(await s.text('problem'), /^edits=w_v:0,3=much: the value must be a number/);
    assert.equal(await s.setting('edits'), 'w_v:0,3=2.5');
    assert.match(await s.text('changes-set'), /^w_v\[0,3\]: /);
    await s.page.getByRole('button', {name: /^Go to the cell of output/}).click();
    await until(async () => (await s.stage()) === 'output', 'the output');
    await s.page.getByRole('button', {name: 'Undo', exact: true}).click();
    await until(async () => (await s.setting('edits')) === null, 'no edit');
    await s.close();
  },
};
