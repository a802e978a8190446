// The window: lost graphics, sizes, densities, hidden tabs.
import assert from 'node:assert/strict';
import {Simulator, laptop, until} from './harness.mjs';

const words = Array.from({length: 80}, (_, i) => 'w' + i).join('%20');
const pictures = `#v=1&tokens=${words}&num_heads=4&stage=attn_weights&head=all`;  // textures, not cells

const picture = (s) => s.page.locator('#canvas').screenshot();

export const tests = {
  async 'the picture survives losing the graphics card twenty times'({browser, url}) {
    const s = await Simulator.open(browser, url + pictures);
    await s.idle();
    await s.page.waitForSelector('#loading', {state: 'hidden'});
    const before = await picture(s);
    await s.page.evaluate(() => {
      window.loss = document.getElementById('canvas').getContext('webgl2').getExtension('WEBGL_lose_context');
    });
    for (let i = 0; i < 20; ++i) {
      await s.page.evaluate(async () => {
        const canvas = document.getElementById('canvas');
        const event = (name) => new Promise((done) => canvas.addEventListener(name, done, {once: true}));
        const lost = event('webglcontextlost');
        window.loss.loseContext();
        await lost;
        await new Promise((done) => setTimeout(done));
        const restored = event('webglcontextrestored');
        window.loss.restoreContext();
        await restored;
      });
      await s.idle();
      // What is new since then is drawn too.
      if (i % 5 === 4) {
        await s.command('set head=' + (i % 4));
        await s.idle();
        await s.command('set head=0');
        await s.command('set head=all');
        await s.idle();
      }
      await until(async () => before.equals(await picture(s)), `the same picture after ${i + 1} losses`);
    }
    assert.equal(await s.page.evaluate(() => document.getElementById('canvas').getContext('webgl2').getError()), 0);
    s.problems = s.problems.filter((text) => !/WebGL.*lost|CONTEXT_LOST/i.test(text));
    await s.close();
  },

  async 'every density is sharp, and a click hits what is there'({browser, url}) {
    for (const scale of [1, 1.25, 1.5, 2, 3]) {
      const s = await Simulator.open(browser, url + '#v=1&stage=scores', {viewport: {width: 901, height: 703}, scale});
      const [width, height, across, down] = await s.page.evaluate(() => {
        const canvas = document.getElementById('canvas');
        const box = canvas.getBoundingClientRect();
        return [canvas.width, canvas.height, box.width * devicePixelRatio, box.height * devicePixelRatio];
      });
      assert.ok(Math.abs(width - across) <= 1 && Math.abs(height - down) <= 1, `${width}x${height} of ${across}x${down}`);
      await s.click('cell:3,4');
      await until(async () => /cell=3,4/.test(await s.hash()), `the cell at ${scale}`);
      await s.screenshot(`density-${scale}`);
      await s.close();
    }
  },

  async 'any size, down to nothing, and back'({browser, url}) {
    const s = await Simulator.open(browser, url + 'frame?src=/', {wait: false});
    const frame = s.page.frameLocator('#frame');
    await frame.locator('html[data-state=ready]').waitFor();
    const inside = s.page.frames().find((f) => f !== s.page.mainFrame());
    const resize = async (width, height) => {
      await s.page.locator('#frame').evaluate((element, size) => {
        Object.assign(element.style, {width: size[0], height: size[1], maxWidth: 'none', border: 0});
      }, [width + 'px', height + 'px']);
      await s.page.waitForTimeout(150);
    };
    for (const [width, height] of [[0, 0], [1, 1], [4000, 100], [100, 4000], [0, 500], [900, 600]]) await resize(width, height);
    await s.page.locator('#frame').evaluate((element) => { element.style.display = 'none'; });
    await s.page.waitForTimeout(150);
    await s.page.locator('#frame').evaluate((element) => { element.style.display = ''; });
    await inside.waitForFunction(() => headwise.isIdle());
    const at = await until(() => inside.evaluate(() => headwise.find('stage:scores')), 'a stage');
    const canvas = await frame.locator('#canvas').boundingBox();
    await s.page.mouse.click(canvas.x + at.x + at.width / 2, canvas.y + at.y + at.height / 2);
    await until(async () => (await frame.locator('#stage-id').textContent()) === 'scores', 'the stage');
    assert.equal(await inside.evaluate(() => document.documentElement.dataset.state), 'ready');
    await s.close();
  },

  async 'a hidden tab draws nothing, and goes on when it is seen'({browser, url}) {
    const s = await Simulator.open(browser, url, {...laptop, before: () => {
      let hidden = false;
      Object.defineProperty(document, 'hidden', {get: () => hidden});
      window.hide = (now) => {
        hidden = now;
        document.dispatchEvent(new Event('visibilitychange'));
      };
      const request = window.requestAnimationFrame.bind(window);
      window.frameCount = 0;
      window.requestAnimationFrame = (callback) => request((time) => { ++window.frameCount; callback(time); });
    }});
    const step = async () => Number((await s.text('step')).match(/step ([\d,]+)/)[1]);
    await s.command('play');
    await until(async () => (await step()) >= 2, 'a step');
    await s.page.evaluate(() => window.hide(true));
    await s.page.waitForTimeout(300);
    const frames = await s.page.evaluate(() => window.frameCount);
    await s.page.waitForTimeout(1500);
    assert.ok((await s.page.evaluate(() => window.frameCount)) - frames <= 1);
    const before = await step();
    await s.page.evaluate(() => window.hide(false));
    await until(async () => (await step()) > before, 'the next step');
    assert.ok((await step()) <= before + 3, 'it does not catch up all at once');
    await s.close();
  },
};
