// A lesson beside the simulator.
import assert from 'node:assert/strict';
import {Simulator, until} from './harness.mjs';

export const tests = {
  async 'opens, turns its pages, acts on the simulator, and closes'({browser, url}) {
    const s = await Simulator.open(browser, url);
    const lesson = s.page.locator('#lesson');
    assert.ok(await lesson.isHidden());
    await s.click('header:lesson');
    await s.click('lesson:open:01-one-attention');
    await lesson.waitFor();
    const title = () => lesson.locator('#lesson-title').textContent();
    const first = await title();
    assert.match(await lesson.locator('.lesson-place').textContent(), /Page 1 of 3/);
    // Its links act, and can be opened elsewhere.
    const link = lesson.locator('a.lesson-sim').first();
    assert.match(await link.getAttribute('href'), /^#v=1&/);
    const before = await s.view();
    await link.click();
    await until(async () => JSON.stringify(await s.view()) !== JSON.stringify(before), 'the link to act');
    // The next page by keyboard; its title gets the focus.
    await lesson.getByRole('button', {name: 'Next page'}).focus();
    await s.page.keyboard.press('Enter');
    await until(async () => (await title()) !== first, 'the next page');
    assert.equal(await s.active(), 'lesson-title');
    await until(async () => /page=2/.test(await s.hash()), 'the page in the address');
    await lesson.getByRole('button', {name: 'Close lesson'}).click();
    await until(() => lesson.isHidden(), 'no lesson');
    await until(async () => !(await s.hash()).includes('lesson'), 'the address');
    await s.close();
  },

  async 'every page of every lesson is read from first to last, with its numbers and exercises'({browser, url}) {
    const s = await Simulator.open(browser, url, {viewport: {width: 700, height: 420}});
    const lesson = s.page.locator('#lesson');
    const names = await s.page.locator('#mirror button[data-action^="set lesson="]').evaluateAll((all) => all.map((button) => button.dataset.action));
    assert.ok(names.length >= 20);
    let pages = 0;
    let exercises = 0;
    for (const name of names) {
      await s.command(name);
      for (let page = 1; ; ++page) {
        await until(async () => new RegExp(`Page ${page} of`).test(await lesson.locator('.lesson-place').textContent({timeout: 15000})), `${name}, page ${page}`);
        await s.idle();
        assert.doesNotMatch(await lesson.textContent(), /\{\{/, `${name}, page ${page}`);
        assert.equal(await lesson.locator('.exercise > p.exercise-wrong').count(), 0, `${name}, page ${page}: an exercise cannot be drawn`);
        exercises += await lesson.locator('.exercise').count();
        ++pages;
        assert.equal(await s.text('problem'), '', `${name}, page ${page}`);
        const next = lesson.getByRole('button', {name: 'Next page'});
        if (!(await next.count())) break;
        await next.click();
      }
    }
    await s.close();
    assert.ok(exercises >= 50);
    return `${pages} pages, ${exercises} exercises`;
  },

  async 'comes when it is asked for, once'({browser, url}) {
    const s = await Simulator.open(browser, url);
    const asked = [];
    s.page.on('request', (request) => { if (request.url().includes('lessons/')) asked.push(request.url().split('/').pop()); });
    const place = () => s.page.locator('.lesson-place').textContent();
    await s.command('set lesson=02-why-one-is-not-enough');
    await s.idle();
    await until(async () => /Page 1 of 5/.test(await place()), 'its first page');
    await s.command('set lesson=01-one-attention');
    await s.command('set lesson=02-why-one-is-not-enough');
    await s.idle();
    assert.deepEqual(asked, ['02-why-one-is-not-enough.md']);
    const other = await Simulator.open(browser, url + '#v=1&lesson=09-a-partition&page=3');
    await until(async () => /Page 3 of 6/.test(await other.page.locator('.lesson-place').textContent()), 'page 3');
    await other.close();
    await s.close();
  },

  async 'that comes late says so, and does not take the place of another opened meanwhile'({browser, url}) {
    const s = await Simulator.open(browser, url);
    let answer;
    await s.page.route('**/lessons/05*', async (route) => {
      await new Promise((done) => { answer = done; });
      await route.continue();
    });
    await s.command('set lesson=05-scores-and-scaling');
    await until(async () => (await s.text('status')) === 'Loading the lesson', 'the message');
    await s.command('set lesson=01-one-attention');
    await s.page.locator('.lesson-place').waitFor();
    answer();
    await s.idle();
    assert.equal(await s.setting('lesson'), '01-one-attention');
    await s.command('set lesson=05-scores-and-scaling');
    await until(async () => (await s.setting('lesson')) === '05-scores-and-scaling', 'the lesson');
    await s.close();
  },

  async 'says that it cannot be loaded, changes nothing, and comes the next time'({browser, url}) {
    const s = await Simulator.open(browser, url + '#v=1&d_model=16');
    const before = await s.view();
    await s.page.route('**/lessons/*', (route) => route.fulfill({status: 503, body: ''}));
    await s.command('set lesson=07-heads-in-parallel');
    await until(async () => /^The lesson 07-heads-in-parallel could not be loaded \(the server answered 503/.test(await s.text('problem')), 'the reason');
    assert.deepEqual(await s.view(), before);
    await s.page.unroute('**/lessons/*');
    await s.command('set lesson=07-heads-in-parallel');
    await s.page.locator('.lesson-place').waitFor();
    assert.equal(await s.text('problem'), '');
    s.problems = s.problems.filter((problem) => !problem.includes('503'));
    await s.close();
  },

  async 'is restored from a shared link'({browser, url}) {
    const s = await Simulator.open(browser, url + '#v=1&lesson=01-one-attention&page=2');
    await until(async () => /Page 2 of 3/.test(await s.page.locator('.lesson-place').textContent()), 'page 2');
    await s.close();
  },
};
