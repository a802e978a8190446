// From all tensors at once to a single cell and back.
import assert from 'node:assert/strict';
import {Simulator, laptop, phone, until} from './harness.mjs';

const link = '#v=1&view=overview&mask=causal&d_model=16&num_heads=4';

export const tests = {
  async 'zoom from the overview to a cell, read it, and go back to where one was'({browser, url}) {
    const s = await Simulator.open(browser, url + link, laptop);
    const whole = await s.place('overview:attn_weights');
    await s.click('overview:attn_weights', {clickCount: 2});
    await s.idle();
    assert.equal(await s.stage(), 'attn_weights');
    const near = await s.place('overview:attn_weights');
    assert.ok(near.width > 2 * whole.width, `${whole.width} to ${near.width}`);
    // Closer with the wheel: what is under the pointer stays there.
    await s.page.mouse.move(near.x + near.width * 0.1, near.y + near.height * 0.1);
    for (let i = 0; i < 12; ++i) {
      await s.page.mouse.wheel(0, -120);
      await s.idle();
    }
    const nearest = await s.place('overview:attn_weights');
    const share = (near.x + near.width * 0.1 - nearest.x) / nearest.width;
    assert.ok(Math.abs(share - 0.1) < 0.02, String(share));
    assert.ok(nearest.width > 1.5 * near.width);
    await s.page.mouse.down();
    await s.page.mouse.up();
    await s.idle();
    assert.match(await s.text('explanation'), /attn_weights/);
    const {explanation} = await s.view();
    // The link brings another to the same place, as near.
    const other = await Simulator.open(browser, url + await s.hash(), laptop);
    assert.ok(Math.abs((await other.place('overview:attn_weights')).width - nearest.width) < 2);
    await other.close();
    await s.focusCanvas();
    await s.press('0');
    const after = await s.place('overview:attn_weights');
    assert.ok(Math.abs(after.x - whole.x) < 1 && Math.abs(after.width - whole.width) < 1);
    assert.equal((await s.view()).explanation, explanation);
    await s.close();
  },

  async 'one slider from every head its own keys to one for all'({browser, url}) {
    const s = await Simulator.open(browser, url + link, laptop);
    const shapes = async () => {
      const rows = await s.page.locator('#overview tbody tr').allTextContents();
      return rows.find((row) => row.startsWith('k_heads'));
    };
    assert.match(await shapes(), /\(1, 4, 8, 4\)/);
    const slider = await s.place('overview:sharing');
    await s.page.mouse.click(slider.x + slider.width - 4, slider.y + slider.height / 2);
    await s.idle();
    await until(async () => (await s.hash()).includes('num_kv_heads=1'), 'one KV head');
    assert.match(await shapes(), /\(1, 1, 8, 4\)/);
    assert.match(await s.text('overview-sharing'), /4 query heads share 1 KV head\./);
    await s.close();
  },

  async 'the overview on a phone: names are legible, a tap chooses'({browser, url}) {
    const s = await Simulator.open(browser, url + '#v=1&view=overview', phone);
    const at = await s.place('overview:scores');
    for (let i = 0; i < 2; ++i) {  // the first tap shows, the second chooses
      await s.page.touchscreen.tap(at.x + at.width / 4, at.y + at.height / 4);
      await s.page.waitForTimeout(600);  // sooner, two are one double tap
    }
    await until(async () => (await s.stage()) === 'scores', 'the tapped tensor');
    await s.close();
  },
};
