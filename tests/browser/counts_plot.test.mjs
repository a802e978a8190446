// What a layer costs as its sizes change: figures open to their sums, and plots set what they show.
import assert from 'node:assert/strict';
import {Simulator, laptop, phone, until} from './harness.mjs';

const view = '#v=1&view=counts_plot&d_model=32&num_heads=4&tokens=a b c d';

// {header: figure} of one measure, 0 to 4 from the parameters to the cache.
const table = (s, measure) => s.page.evaluate((id) => Object.fromEntries(
  [...document.getElementById(id).tBodies[0].rows].map((row) => [row.cells[0].textContent, row.cells[1].textContent])), 'plot-' + measure);

async function job({browser, url}, options, name) {
  const s = await Simulator.open(browser, url + view, options);
  await s.idle();
  await s.screenshot(`counts_plot-${name}`);
  const press = async (landmark) => {
    const at = await s.place(landmark);
    const [x, y] = [at.x + at.width / 2, at.y + at.height / 2];
    await (options.hasTouch ? s.page.touchscreen.tap(x, y) : s.page.mouse.click(x, y));
    await s.idle();
  };

  // Parameters stay over the number of heads; the work cell by cell does not.
  const before = await table(s, 0);
  const over = (figures, symbol) => Object.keys(figures).filter((header) => header.startsWith(symbol + ' = '));
  assert.ok(over(before, 'h').length >= 5, JSON.stringify(before));
  assert.deepEqual([...new Set(over(before, 'h').map((header) => before[header]))], ['4,096']);
  const points = await Promise.all([0, 3].map((i) => s.place('plot:parameters:h:' + i)));
  assert.ok(Math.abs(points[0].y - points[1].y) < 0.1 && points[0].x < points[1].x, JSON.stringify(points));
  const others = await table(s, 2);
  assert.equal(new Set(over(others, 'h').map((header) => others[header])).size, over(others, 'h').length);

  // A figure opens to the sum behind it.
  await press('measure:parameters');
  const sum = await s.place('sum:parameters');
  assert.ok(sum.width > 200 && sum.height > 80, JSON.stringify(sum));
  await s.screenshot(`counts_plot-${name}-sum`);
  await s.focusCanvas();
  await s.page.keyboard.press('Escape');
  await until(() => s.page.evaluate(() => !headwise.find('sum:parameters')), 'the sum to close');
  assert.match(await s.page.locator('#plot-0').textContent(), /d_model × \(h\*d_k\) = 32 × \(4 × 8\)/);

  // A point of a plot sets what it stands for, and the address says so.
  await press('plot:parameters:h:3');
  await until(async () => (await s.hash()).includes('num_heads=8'), 'eight heads in the address');
  const after = await table(s, 0);
  assert.equal(after['h = 8 (now)'], '4,096');
  const cache = await table(s, 4);
  await press('control:dtype:float16');
  await until(async () => (await s.hash()).includes('dtype=float16'), 'the type in the address');
  const half = await table(s, 4);
  assert.equal(cache['T = 32'], '8 KiB');
  assert.equal(half['T = 32'], '4 KiB');
  await s.close();
}

export const tests = {
  'sums, points and types, on a laptop': (world) => job(world, laptop, 'laptop'),
  'sums, points and types, on a phone': (world) => job(world, phone, 'phone'),
};
