// Text: input methods, the list of everything, and the clipboard both ways.
import assert from 'node:assert/strict';
import {Simulator, laptop, phone, until} from './harness.mjs';

const clipboard = (s) => s.page.evaluate(() => navigator.clipboard.readText());

export const tests = {
  async 'an input method composes in the field, and its Enter does not end it'({browser, url}) {
    const s = await Simulator.open(browser, url);
    await s.click('control:tokens');
    await until(async () => (await s.active()) === 'edit', 'the field');
    const ime = await s.context.newCDPSession(s.page);
    await s.page.keyboard.press('Control+A');
    for (const text of ['に', 'にほ', 'にほん']) {
      await ime.send('Input.imeSetComposition', {text, selectionStart: text.length, selectionEnd: text.length});
    }
    assert.equal(await s.page.locator('#edit').inputValue(), 'にほん');
    await s.page.evaluate(() => {
      const enter = new KeyboardEvent('keydown', {key: 'Enter', keyCode: 229, bubbles: true, cancelable: true});
      document.getElementById('edit').dispatchEvent(enter);
    });
    assert.equal(await s.active(), 'edit');
    await ime.send('Input.insertText', {text: '日本語'});
    await until(async () => (await s.setting('tokens')) === '日本語', 'the composed sentence');
    assert.equal(await s.page.locator('#edit').inputValue(), '日本語');
    await s.page.keyboard.press('Enter');
    assert.equal(await s.active(), 'canvas');
    await s.close();
  },

  async 'a phone does not zoom into the field, and it stays where it belongs'({browser, url}) {
    const s = await Simulator.open(browser, url, phone);
    const at = await s.place('control:tokens');
    await s.page.touchscreen.tap(at.x + 40, at.y + at.height / 2);
    await until(async () => (await s.active()) === 'edit', 'the field');
    const input = s.page.locator('#edit');
    assert.ok(await input.evaluate((element) => parseFloat(getComputedStyle(element).fontSize)) >= 16);
    const over = async () => {
      const box = await input.boundingBox();
      const place = await s.place('control:tokens');
      return ['x', 'y', 'width', 'height'].every((side) => Math.abs(box[side] - place[side]) < 2);
    };
    assert.ok(await over());
    await s.page.setViewportSize({width: 390, height: 460});  // the keyboard
    await until(over, 'the field at its place');
    await s.close();
  },

  async 'the list of everything: letters, arrows, Enter and Escape'({browser, url}) {
    const s = await Simulator.open(browser, url, laptop);
    await s.focusCanvas();
    await s.press('Control+k');
    await until(async () => (await s.active()) === 'edit', 'its field');
    await s.page.keyboard.type('causal');
    await s.idle();
    await until(async () => /^1 of .*mask = causal/.test(await s.text('palette-found')), 'what is found, in words');
    await s.page.waitForTimeout(200);
    await s.screenshot('palette');
    await s.page.keyboard.press('Enter');
    await until(async () => (await s.setting('mask')) === 'causal', 'the mask');
    assert.equal(await s.active(), 'canvas');
    // By button; a value that is refused says why, and can be made right.
    await s.click('header:find');
    await until(async () => (await s.active()) === 'edit', 'its field');
    await s.page.keyboard.type('num_heads 3');
    await s.page.keyboard.press('Enter');
    await until(async () => /num_heads=3 does not divide/.test(await s.text('palette-found')), 'the reason');
    await until(async () => (await s.active()) === 'edit', 'the field again');
    await s.page.keyboard.press('Backspace');
    await s.page.keyboard.type('4');
    await s.page.keyboard.press('Enter');
    await until(async () => (await s.setting('num_heads')) === '4', 'four heads');
    // Down, and out without doing anything.
    await s.press(':');
    await until(async () => (await s.active()) === 'edit', 'its field');
    await s.page.keyboard.type('go to');
    await s.page.keyboard.press('ArrowDown');
    await until(async () => /^2 of/.test(await s.text('palette-found')), 'the second');
    const before = await s.hash();
    await s.page.keyboard.press('Escape');
    assert.equal(await s.active(), 'canvas');
    await s.idle();
    assert.equal(await s.hash(), before);
    await s.close();
  },

  async 'numbers and matrices to the clipboard and back'({browser, url}) {
    const s = await Simulator.open(browser, url + '#v=1&stage=w_q');
    await s.focusCanvas();
    await s.press('Control+c');
    await until(async () => /^Copied w_q/.test(await s.text('status')), 'the message');
    const number = await clipboard(s);
    assert.equal(Number(number).toFixed(3), (await s.slice()).rows[0].cells[0]);
    await s.press('Shift+C');
    await until(async () => /^Copied 8 x 8 numbers of w_q/.test(await s.text('status')), 'the message');
    const matrix = (await clipboard(s)).trim().split('\n').map((line) => line.split('\t'));
    assert.deepEqual(matrix.map((row) => row.map((cell) => Number(cell).toFixed(3))), (await s.slice()).rows.map((row) => row.cells));
    // A part of a spreadsheet, into the cells from the chosen one on.
    await s.page.evaluate(() => navigator.clipboard.writeText('0.5\t-1\r\n2\t3.25\r\n'));
    await s.command('change cell=2,3');
    await s.press('Control+v');
    await until(async () => (await s.setting('edits')) === 'w_q:2,3=0.5;w_q:2,4=-1;w_q:3,3=2;w_q:3,4=3.25', 'the cells');
    // A sentence, by the list: phones have no keys.
    await s.page.evaluate(() => navigator.clipboard.writeText('Cats chase mice.'));
    await s.press('Control+k');
    await s.page.keyboard.type('paste');
    await s.page.keyboard.press('Enter');
    await until(async () => (await s.setting('tokens')) === 'Cats chase mice.', 'the sentence');
    await s.close();
  },
};
