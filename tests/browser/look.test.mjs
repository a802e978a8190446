// How it looks: pictures for people, and that nothing of it is blank, at several sizes and densities.
import assert from 'node:assert/strict';
import {Simulator, laptop, phone, until} from './harness.mjs';

const view = '#v=1&d_model=16&num_heads=4&num_kv_heads=2&mask=causal&stage=attn_weights&cell=5,3';
const lesson = '#v=1&lesson=01-one-attention';

async function picture({browser, url}, name, options, hash = view) {
  const s = await Simulator.open(browser, url + hash, options);
  await s.idle();
  await s.page.waitForTimeout(400);
  assert.ok(await s.isDrawn(), 'something is drawn');
  const canvas = await s.page.evaluate(() => {
    const element = document.getElementById('canvas');
    const box = element.getBoundingClientRect();
    return [element.width / box.width, element.height / box.height, devicePixelRatio];
  });
  for (const density of canvas.slice(0, 2)) assert.ok(Math.abs(density - canvas[2]) < 0.01, canvas.join());
  await s.screenshot(name);
  await s.close();
}

export const tests = {
  'a laptop': (world) => picture(world, 'laptop-1280x720', laptop),
  'a large screen': (world) => picture(world, 'screen-1920x1080', {viewport: {width: 1920, height: 1080}}),
  'a phone': (world) => picture(world, 'phone-390x844', phone),
  'two pixels a point': (world) => picture(world, 'laptop-2x', {...laptop, scale: 2}),
  'one and a half pixels a point': (world) => picture(world, 'laptop-1.5x', {...laptop, scale: 1.5}),
  'dark': (world) => picture(world, 'laptop-dark', {...laptop, colorScheme: 'dark'}),
  'a lesson beside it': (world) => picture(world, 'lesson', {viewport: {width: 1440, height: 900}}, lesson),
  'a lesson on a phone': (world) => picture(world, 'lesson-phone', phone, lesson),

  async 'the picture comes back when the graphics card was lost'({browser, url}) {
    const s = await Simulator.open(browser, url + view);
    await s.idle();
    await s.page.waitForSelector('#loading', {state: 'hidden'});  // it fades
    const before = await s.page.locator('#canvas').screenshot();
    await s.page.evaluate(() => {
      const gl = document.getElementById('canvas').getContext('webgl2');
      window.loss = gl.getExtension('WEBGL_lose_context');
      window.loss.loseContext();
    });
    await s.page.waitForTimeout(300);
    // Input while it is gone is not lost.
    await s.focusCanvas();
    await s.page.keyboard.press('Shift+ArrowLeft');
    await s.page.evaluate(() => window.loss.restoreContext());
    await until(async () => /cell=5,2/.test(await s.hash()), 'the step taken meanwhile');
    await s.page.keyboard.press('Shift+ArrowRight');
    await until(async () => /cell=5,3/.test(await s.hash()), 'the step back');
    await s.page.evaluate(() => document.activeElement.blur());
    await s.idle();
    await until(async () => before.equals(await s.page.locator('#canvas').screenshot()), 'the same picture');
    s.problems = s.problems.filter((text) => !/WebGL.*lost|CONTEXT_LOST/i.test(text));
    await s.close();
  },

  async 'resizing keeps it sharp and filled'({browser, url}) {
    const s = await Simulator.open(browser, url + view);
    for (const size of [{width: 700, height: 500}, {width: 1600, height: 900}, {width: 320, height: 480}]) {
      await s.page.setViewportSize(size);
      const width = () => s.page.evaluate(() => document.getElementById('canvas').width);
      await until(async () => (await width()) === size.width, `${size.width} pixels`);
      await s.idle();
      assert.ok(await s.isDrawn(), JSON.stringify(size));
    }
    await s.screenshot('slim-320x480');
    await s.close();
  },
};
