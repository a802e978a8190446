// Keys, wheel and touch belong to the simulator only while it has them.
import assert from 'node:assert/strict';
import {Simulator, phone, until} from './harness.mjs';

const step = async (s) => Number((await s.text('step')).match(/step ([\d,]+)/)[1].replace(',', ''));

export const tests = {
  async 'every key of the list does what it says'({browser, url}) {
    const s = await Simulator.open(browser, url + '#v=1&d_model=16&num_heads=4');
    await s.focusCanvas();
    await s.press('ArrowRight', 3);
    assert.equal(await step(s), 4);
    await s.press('ArrowLeft');
    assert.equal(await step(s), 3);
    await s.press('End');
    assert.equal(await s.stage(), 'output');
    await s.press('Home');
    assert.equal(await step(s), 1);
    await s.press('ArrowDown');
    assert.equal(await s.stage(), 'q');
    await s.press('ArrowUp');
    assert.equal(await s.stage(), 'x');
    await s.press('Shift+ArrowDown', 2);
    await s.press('Shift+ArrowRight');
    await until(async () => /cell=2,1/.test(await s.hash()), 'the cell');
    await s.press('Shift+?');
    await s.page.waitForTimeout(100);
    await s.screenshot('help');
    await s.press('Escape');
    await s.close();
  },

  async 'nothing happens while the canvas does not have the focus'({browser, url}) {
    const s = await Simulator.open(browser, url);
    await s.page.mouse.move(600, 400);
    const before = await s.view();
    for (const key of ['ArrowRight', 'End', 'Space', 'PageDown', 'a', '?']) await s.page.keyboard.press(key);
    await s.idle();
    assert.deepEqual(await s.view(), before);
    await s.close();
  },

  async 'Tab goes through the page and out of the canvas, both ways'({browser, url}) {
    const s = await Simulator.open(browser, url);
    await s.page.keyboard.press('Tab');
    assert.equal(await s.active(), 'skip');
    await s.page.keyboard.press('Tab');
    assert.equal(await s.active(), 'text-toggle');
    await s.page.keyboard.press('Tab');
    assert.equal(await s.active(), 'canvas');
    const before = await s.view();
    await s.page.keyboard.press('Tab');
    assert.notEqual(await s.active(), 'canvas');
    await s.page.keyboard.press('Shift+Tab');
    assert.equal(await s.active(), 'canvas');
    await s.page.keyboard.press('Shift+Tab');
    assert.equal(await s.active(), 'text-toggle');
    assert.deepEqual(await s.view(), before);
    await s.close();
  },

  async "the browser's own keys are left to it"({browser, url}) {
    const s = await Simulator.open(browser, url);
    await s.focusCanvas();
    const swallowed = await s.page.evaluate(() => {
      const canvas = document.getElementById('canvas');
      const taken = (key, code, modifiers = {}) =>
        !canvas.dispatchEvent(new KeyboardEvent('keydown', {key, code, cancelable: true, bubbles: true, ...modifiers}));
      const control = (key) => [key, 'Key' + key.toUpperCase(), {ctrlKey: true}];
      const meta = (key) => [key, 'Key' + key.toUpperCase(), {metaKey: true}];
      return {
        browser: [
          ...['r', 't', 'l', 'w', 'f', 'p', 'c', 'v'].map(control),
          ...['r', 't', 'l', 'c'].map(meta),
          ...['F5', 'F11', 'F12', 'Tab'].map((key) => [key, key]),
          ['ArrowLeft', 'ArrowLeft', {altKey: true}], ['ArrowLeft', 'ArrowLeft', {metaKey: true}],
          ['+', 'Equal', {ctrlKey: true}], ['-', 'Minus', {ctrlKey: true}], ['0', 'Digit0', {ctrlKey: true}],
        ].filter((k) => taken(...k)).map(([key]) => key),
        ours: [
          ...['ArrowDown', 'Home', 'PageDown', 'Backspace'].map((key) => [key, key]),
          [' ', 'Space'], ['/', 'Slash'],
        ].filter((k) => !taken(...k)).map(([key]) => key),
      };
    });
    assert.deepEqual(swallowed, {browser: [], ours: []});
    await s.close();
  },

  async 'in a course page: keys and wheel move the page unless the simulator has use for them'({browser, url}) {
    const s = await Simulator.open(browser, url + 'frame?src=/?embed=0', {wait: false});
    const frame = s.page.frameLocator('#frame');
    await frame.locator('html[data-state=ready]').waitFor();
    const scrolled = () => s.page.evaluate(() => scrollY);
    // The focus is in the course page.
    await s.page.locator('#before').focus();
    await s.page.keyboard.press('PageDown');
    await until(async () => (await scrolled()) > 100, 'the page to scroll');
    await s.page.evaluate(() => scrollTo(0, 0));
    // Keys in the simulator do not move the page.
    await frame.locator('#canvas').focus();
    await s.page.waitForTimeout(200);
    const before = await scrolled();
    for (const key of ['Space', 'Space', 'ArrowDown', 'PageDown', 'End', 'Home']) await s.page.keyboard.press(key);
    await s.page.waitForTimeout(300);
    assert.equal(await scrolled(), before);
    // The wheel over what does not scroll in the simulator moves the page.
    const canvas = await frame.locator('#canvas').boundingBox();
    await s.page.mouse.move(canvas.x + 200, canvas.y + 20);
    await s.page.mouse.wheel(0, 200);
    await until(async () => (await scrolled()) > before + 50, 'the page to scroll by the wheel');
    await s.close();
  },

  async 'the wheel scrolls a panel that is higher than its place, and not the page'({browser, url}) {
    const s = await Simulator.open(browser, url + 'frame?src=/?embed=0', {wait: false});
    const frame = s.page.frameLocator('#frame');
    await frame.locator('html[data-state=ready]').waitFor();
    const inside = s.page.frames().find((f) => f !== s.page.mainFrame());
    const at = await until(() => inside.evaluate(() => headwise.find('control:d_model')), 'a control');
    const canvas = await frame.locator('#canvas').boundingBox();
    await s.page.mouse.move(canvas.x + at.x + 10, canvas.y + at.y + 5);
    await s.page.mouse.wheel(0, 60);
    const moved = await until(async () => {
      const now = await inside.evaluate(() => headwise.find('control:d_model'));
      return !now || now.y < at.y - 20;
    }, 'the controls to scroll').catch(() => false);
    if (moved) assert.equal(await s.page.evaluate(() => scrollY), 0);
    await s.close();
    return moved ? 'scrolled' : 'there was room for all';
  },

  async 'a tap is a click, a finger scrolls'({browser, url}) {
    const s = await Simulator.open(browser, url, phone);
    const touch = await s.context.newCDPSession(s.page);
    const send = (type, points) => touch.send('Input.dispatchTouchEvent', {type, touchPoints: points});
    const tap = async (name) => {
      const at = await s.place(name);
      await s.page.touchscreen.tap(at.x + at.width / 2, at.y + at.height / 2);
    };
    await tap('timeline:next');
    await until(async () => (await step(s)) === 2, 'a step');
    const start = await s.place('stage:x');
    await send('touchStart', [{x: 200, y: 400}]);
    for (let y = 390; y >= 200; y -= 10) await send('touchMove', [{x: 200, y}]);
    await send('touchEnd', []);
    await until(async () => {
      const end = await s.page.evaluate(() => headwise.find('stage:x'));
      return !end || end.y < start.y - 100;
    }, 'the stages to scroll');
    assert.equal(await step(s), 2);
    assert.equal(await s.page.evaluate(() => scrollY), 0);
    // A tap on the sentence opens the keyboard's field.
    await s.page.evaluate(() => headwise.command('first'));
    await send('touchStart', [{x: 200, y: 250}]);
    for (let y = 260; y <= 600; y += 10) await send('touchMove', [{x: 200, y}]);
    await send('touchEnd', []);
    await tap('control:tokens');
    await until(async () => (await s.active()) === 'edit', 'the field');
    await s.screenshot('phone-editing');
    await s.close();
  },

  async 'copying and pasting in a number\'s field'({browser, url}) {
    const s = await Simulator.open(browser, url);
    await s.click('control:seed');
    await s.idle();
    await s.page.evaluate(() => navigator.clipboard.writeText('77'));
    await s.page.keyboard.press('Control+A');
    await s.page.keyboard.press('Control+V');
    await s.idle();
    await s.page.keyboard.press('Control+A');
    await s.page.keyboard.press('Control+C');
    await s.page.keyboard.press('Enter');
    await until(async () => (await s.hash()).includes('seed=77'), 'the pasted seed');
    assert.equal(await s.page.evaluate(() => navigator.clipboard.readText()), '77');
    await s.close();
  },

  async 'it rests when nothing happens'({browser, url}) {
    const s = await Simulator.open(browser, url, {before: () => {
      const request = window.requestAnimationFrame.bind(window);
      window.frameCount = 0;
      window.requestAnimationFrame = (callback) => request((time) => { ++window.frameCount; callback(time); });
    }});
    await s.page.waitForTimeout(2500);
    const count = () => s.page.evaluate(() => window.frameCount);
    const before = await count();
    await s.page.waitForTimeout(1500);
    assert.ok((await count()) - before <= 1, 'frames without input');
    await s.close();
  },
};
