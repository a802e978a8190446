// Fingers, and the zoom of a wheel: taps, drags, throws and pinches.
import assert from 'node:assert/strict';
import {Simulator, laptop, middle, phone, until} from './harness.mjs';

const view = '#v=1&tokens=The%20bank%20by%20the%20river%20was%20flooded%20and%20the%20road%20was%20closed.&stage=attn_weights';

class Fingers {
  static async on(s) {
    return new Fingers(s, await s.context.newCDPSession(s.page));
  }
  constructor(s, session) {
    this.s = s;
    this.session = session;
  }
  send(type, ...points) {
    return this.session.send('Input.dispatchTouchEvent', {type, touchPoints: points.map(([x, y], id) => ({x, y, id}))});
  }
  async tap(name) {
    const at = await this.s.place(name);
    await this.s.page.touchscreen.tap(at.x + at.width / 2, at.y + at.height / 2);
    await this.s.idle();
  }
  // Every finger from its first place to its last, in steps.
  async move(paths, steps = 12) {
    await this.send('touchStart', ...paths.map(([from]) => from));
    for (let i = 1; i <= steps; ++i) {
      const along = ([[x, y], [toX, toY]]) => [x + (toX - x) * i / steps, y + (toY - y) * i / steps];
      await this.send('touchMove', ...paths.map(along));
    }
    await this.send('touchEnd');
    await this.s.idle();
  }
}

// `T_q:2-9,T_kv:0-5` as {T_q: [2, 9], T_kv: [0, 5]}.
async function windows(s) {
  await s.idle();
  const zoom = await s.setting('zoom') || '';
  return Object.fromEntries(zoom.split(',').filter(Boolean).map((part) => {
    const [axis, range] = part.split(':');
    return [axis, range.split('-').map(Number)];
  }));
}

const size = ([first, last]) => last - first + 1;

export const tests = {
  async 'the first tap on a cell shows, the second chooses'({browser, url}) {
    const s = await Simulator.open(browser, url + view, phone);
    const fingers = await Fingers.on(s);
    const explanation = await s.text('explanation');
    await fingers.tap('cell:4,2');
    await s.page.waitForTimeout(500);
    assert.equal(await s.text('explanation'), explanation);
    await s.screenshot('phone-tapped');
    await fingers.tap('cell:4,2');
    await until(async () => /cell=4,2/.test(await s.hash()), 'the chosen cell');
    // A long touch shows too, and chooses nothing.
    const at = await s.middle('cell:6,3');
    await fingers.send('touchStart', at);
    await s.page.waitForTimeout(700);
    await fingers.send('touchEnd');
    await s.page.waitForTimeout(500);
    assert.match(await s.hash(), /cell=4,2/);
    await s.close();
  },

  async 'two fingers zoom as Control and the wheel do, one drags what is zoomed'({browser, url}) {
    const s = await Simulator.open(browser, url + view, phone);
    const fingers = await Fingers.on(s);
    const [x, y] = await s.middle('cell:6,6');
    await fingers.move([[[x - 20, y - 20], [x - 80, y - 80]], [[x + 20, y + 20], [x + 80, y + 80]]]);
    const near = await windows(s);
    assert.ok(near.T_q && near.T_kv, JSON.stringify(near));
    for (const range of Object.values(near)) {
      assert.ok(size(range) < 10 && range[0] <= 6 && range[1] >= 6, `what was between the fingers stays: ${range}`);
    }
    await s.screenshot('phone-pinched');
    assert.equal(await s.page.evaluate(() => visualViewport.scale), 1);
    const cell = await s.middle(`cell:${near.T_q[0]},${near.T_kv[1]}`);
    await fingers.move([[cell, [cell[0] - 130, cell[1]]]]);
    const right = await windows(s);
    assert.ok(right.T_kv[0] > near.T_kv[0], `${near.T_kv} to ${right.T_kv}`);
    assert.equal(size(right.T_kv), size(near.T_kv));
    assert.deepEqual(right.T_q, near.T_q);
    const from = await s.middle(`cell:${right.T_q[0]},${right.T_kv[0]}`);
    await fingers.move([[[from[0] - 10, from[1] + 10], [from[0] + 20, from[1] + 80]], [[from[0] + 40, from[1] + 10], [from[0] + 70, from[1] + 80]]]);
    const up = await windows(s);
    assert.ok(up.T_q[0] < near.T_q[0], `two fingers drag: ${near.T_q} to ${up.T_q}`);
    const [cx, cy] = await s.middle(`cell:${up.T_q[0] + 1},${up.T_kv[0] + 1}`);
    for (let i = 0; i < 3; ++i) await fingers.move([[[cx - 80, cy - 2], [cx - 5, cy]], [[cx + 80, cy + 2], [cx + 5, cy]]]);
    assert.deepEqual(await windows(s), {});
    await s.close();
  },

  async 'Control and the wheel zoom the picture below; elsewhere the browser'({browser, url}) {
    const s = await Simulator.open(browser, url + view, laptop);
    await s.page.evaluate(() => {
      window.left = [];
      addEventListener('wheel', (event) => {
        window.left.push(!event.defaultPrevented);
        event.preventDefault();
      }, {passive: false});
    });
    const wheel = async (name, by) => {
      await s.page.mouse.move(...await s.middle(name));
      await s.page.keyboard.down('Control');
      await s.page.mouse.wheel(0, by);
      await s.page.keyboard.up('Control');
      await s.idle();
      return s.page.evaluate(() => window.left.pop());
    };
    assert.equal(await wheel('cell:5,5', -200), false);
    const near = await windows(s);
    assert.ok(near.T_q && near.T_kv, JSON.stringify(near));
    assert.equal(await wheel('header:share', -100), true);
    assert.deepEqual(await windows(s), near);
    // A touchpad's small steps add up.
    for (let i = 0; i < 20; ++i) assert.equal(await wheel('cell:5,5', 12), false);
    assert.deepEqual(await windows(s), {});
    // The key it made up for that is up again: a letter is a letter.
    await s.focusCanvas();
    await s.press('t');
    await until(async () => (await s.hash()).includes('theme='), 'the theme');
    await s.close();
  },

  async 'what is thrown glides on, and a touch stops it'({browser, url}) {
    const s = await Simulator.open(browser, url + view, phone);
    const fingers = await Fingers.on(s);
    const place = async () => (await s.page.evaluate(() => headwise.find('stage:x')))?.x ?? -1e4;
    const card = await s.middle('stage:attn_weights');
    await fingers.send('touchStart', card);
    for (let i = 1; i <= 5; ++i) await fingers.send('touchMove', [card[0] + 8 * i, card[1]]);
    await s.page.evaluate(() => {
      addEventListener('pointerup', () => { window.released = headwise.find('stage:x')?.x ?? -1e4; }, {once: true});
    });
    // Without a pause between the last move and the end, however slow the machine.
    await Promise.all([fingers.send('touchMove', [card[0] + 60, card[1]]), fingers.send('touchEnd')]);
    const released = await s.page.evaluate(() => window.released);
    await until(async () => (await place()) > released + 5, 'the cards to glide on');
    await fingers.send('touchStart', card);
    await s.idle();
    const stopped = await place();
    await s.page.waitForTimeout(300);
    assert.equal(await place(), stopped);
    await fingers.send('touchEnd');
    await s.close();
  },

  async 'nothing glides where motion is reduced'({browser, url}) {
    const still = await Simulator.open(browser, url + view, {...phone, reducedMotion: 'reduce'});
    const finger = await Fingers.on(still);
    const at = await still.middle('stage:attn_weights');
    await finger.move([[at, [at[0] + 48, at[1]]]], 6);
    const now = (await still.place('stage:x')).x;
    await still.page.waitForTimeout(300);
    assert.equal((await still.place('stage:x')).x, now);
    await still.close();
  },

  async 'a phone is used with one thumb'({browser, url}) {
    const s = await Simulator.open(browser, url, phone);
    const fingers = await Fingers.on(s);
    await fingers.tap('timeline:next');
    await until(async () => /step 2 of/.test(await s.text('step')), 'a step');
    await fingers.tap('bar:drawer');
    await s.page.waitForTimeout(200);
    await s.screenshot('phone-controls');
    const control = await s.place('control:d_model');
    assert.ok(control.y > 844 * 0.4, 'the controls open below');
    await fingers.tap('control:d_model');
    assert.equal(await s.active(), 'edit');
    assert.equal(await s.page.locator('#edit').getAttribute('inputmode'), 'numeric');
    await s.page.keyboard.press('Control+A');
    await s.page.keyboard.type('12');
    await s.page.keyboard.press('Enter');
    await until(async () => /d_model=12/.test(await s.hash()), 'the setting');
    await fingers.tap('bar:drawer');
    await fingers.tap('bar:find');
    assert.equal(await s.active(), 'edit');
    await s.page.keyboard.type('causal');
    await s.idle();
    await s.page.waitForTimeout(200);
    await s.screenshot('phone-palette');
    await fingers.tap('palette:0');
    await until(async () => /mask=causal/.test(await s.hash()), 'the mask');
    await s.close();
  },
};
