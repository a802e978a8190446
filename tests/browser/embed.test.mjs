// Headwise in a frame of another page: docs/embedding.md.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {Simulator, until} from './harness.mjs';
import {serve} from './server.mjs';

// A course page of another origin with the simulator in a frame; keeps every message that comes from it.
class Course {
  static async open(browser, url, src, {sandbox} = {}) {
    const query = new URLSearchParams({src, ...(sandbox ? {sandbox} : {})});
    const before = () => {
      window.heard = [];
      addEventListener('message', ({data, origin}) => window.heard.push({...data, origin}));
    };
    const s = await Simulator.open(browser, `${url.replace('127.0.0.1', 'localhost')}frame?${query}`, {wait: false, before});
    return new Course(s);
  }

  constructor(s) {
    this.s = s;
    this.frame = s.page.frameLocator('#frame');
  }

  ready() {
    return this.frame.locator('html[data-state=ready]').waitFor();
  }

  post(message) {
    return this.s.page.evaluate((m) => document.getElementById('frame').contentWindow.postMessage(m, '*'), message);
  }

  heard(filter = () => true) {
    return this.s.page.evaluate(() => window.heard).then((all) => all.filter(filter));
  }

  // The answer to a message.
  async ask(message, id = Math.random()) {
    await this.post({headwise: 1, id, ...message});
    const [answer] = await until(async () => {
      const found = await this.heard((each) => each.id === id);
      return found.length ? found : null;
    }, `an answer to ${JSON.stringify(message)}`);
    const {headwise, id: _, origin, ...rest} = answer;
    assert.equal(headwise, 1);
    return rest;
  }

  stage() {
    return this.frame.locator('#stage-id').textContent();
  }
}

const value = (state, key) => new URLSearchParams(state).get(key);

export const tests = {
  async 'the example of docs/embedding.md works'({browser, site}) {
    const text = readFileSync(new URL('../../docs/embedding.md', import.meta.url), 'utf8');
    const server = await serve(site);
    server.pages['/example'] = text.match(/```html\n([^]*?)```/)[1].replace('https://headwise.example/', server.url);
    server.pages['/favicon.ico'] = ' ';
    const s = await Simulator.open(browser, server.url.replace('127.0.0.1', 'localhost') + 'example', {wait: false});
    const frame = s.page.frameLocator('#sim');
    await frame.locator('html[data-state=ready]').waitFor();
    const place = (pattern) => until(async () => pattern.test(await s.page.locator('#place').textContent()), String(pattern));
    await s.page.getByRole('button', {name: '4'}).click();
    await place(/^scores: step \d+ of \d+$/);
    await until(async () => /\(1, 4, 8, 8\)/.test(await frame.locator('#stage-shape').textContent()), 'four heads');
    const [before] = (await s.page.locator('#place').textContent()).match(/\d+/);
    await s.page.getByRole('button', {name: 'One step on'}).click();
    await place(new RegExp(`step ${Number(before) + 1} of`));
    await s.close();
    await server.close();
  },

  async 'a page sets the state, asks for it, and steps'({browser, url}) {
    const course = await Course.open(browser, url, url);
    const [ready] = await until(async () => {
      const found = await course.heard((each) => each.type === 'ready');
      return found.length ? found : null;
    }, 'ready');
    assert.match(ready.version, /^\d+\.\d+\.\d+-[0-9a-f]+$/);
    assert.equal(ready.origin, url.slice(0, -1));
    const set = await course.ask({type: 'set-state', state: 'v=1&d_model=16&num_heads=4&stage=scores&theme=dark'});
    assert.equal(set.type, 'state');
    assert.equal(value(set.state, 'num_heads'), '4');
    assert.deepEqual(await course.ask({type: 'get-state'}), set);
    await until(async () => (await course.stage()) === 'scores', 'the stage');
    assert.equal(await course.frame.locator('html').getAttribute('data-theme'), 'dark');
    const first = await course.ask({type: 'step'});
    assert.deepEqual([first.type, first.stage], ['step', 'scores']);
    const third = await course.ask({type: 'step', by: 2});
    assert.equal(third.at, first.at + 2);
    assert.equal(third.of, first.of);
    assert.equal((await course.ask({type: 'step', by: -1})).at, first.at + 1);
    // As the text view has it.
    await until(async () => (await course.frame.locator('#step').textContent()).includes(`step ${first.at + 1} of`), 'the step');
    await course.s.close();
  },

  async 'a page sets a lesson, which comes first'({browser, url}) {
    const course = await Course.open(browser, url, url);
    const {state} = await course.ask({type: 'set-state', state: '#v=1&lesson=09-a-partition&page=2'});
    assert.equal(value(state, 'lesson'), '09-a-partition');
    await until(async () => /Page 2 of 6/.test(await course.frame.locator('.lesson-place').textContent()), 'its page');
    await course.s.page.route('**/lessons/07*', (route) => route.fulfill({status: 503, body: ''}));
    const failed = await course.ask({type: 'set-state', state: 'v=1&lesson=07-heads-in-parallel'});
    assert.equal(failed.type, 'error');
    assert.match(failed.message, /07-heads-in-parallel could not be loaded.*503/);
    course.s.problems = course.s.problems.filter((problem) => !problem.includes('503'));
    await course.s.close();
  },

  async 'a page hears of the state and of steps once it asks to'({browser, url}) {
    const course = await Course.open(browser, url, url + '#v=1');
    await course.ready();
    const step = async () => {
      await course.frame.locator('#canvas').focus();
      await course.s.page.keyboard.press('ArrowRight');
    };
    await step();
    await until(async () => /step 2 of/.test(await course.frame.locator('#step').textContent()), 'a step');
    assert.deepEqual((await course.heard()).map((each) => each.type), ['ready']);
    assert.deepEqual(await course.ask({type: 'subscribe', to: ['step']}), {type: 'subscribed', to: ['step']});
    await step();
    const [told] = await until(async () => {
      const found = await course.heard((each) => each.type === 'step');
      return found.length ? found : null;
    }, 'the step');
    assert.equal(told.at, 3);
    assert.ok(told.of > 100 && told.stage);
    assert.equal((await course.heard((each) => each.type === 'state')).length, 0);
    await course.ask({type: 'subscribe', to: ['state', 'score']});
    await course.frame.locator('#text-toggle').press('Enter');
    await course.frame.getByRole('button', {name: 'Step on'}).click();
    await until(async () => (await course.heard((each) => each.type === 'state')).length === 1, 'the state');
    assert.equal((await course.heard((each) => each.type === 'step')).length, 1);
    // What an exercise tells.
    const inside = course.s.page.frames()[1];
    await inside.evaluate(() => headwise.embed.scored({lesson: '01-one-attention', score: 2, of: 3}));
    const scores = await until(async () => {
      const found = await course.heard((each) => each.type === 'score');
      return found.length ? found : null;
    }, 'the score');
    assert.deepEqual(scores, [{headwise: 1, type: 'score', lesson: '01-one-attention', score: 2, of: 3, origin: url.slice(0, -1)}]);
    await course.ask({type: 'subscribe', to: []});
    await inside.evaluate(() => headwise.embed.scored({lesson: '01-one-attention', score: 3, of: 3}));
    await step();
    await course.ask({type: 'get-state'});
    assert.equal((await course.heard((each) => each.type === 'score')).length, 1);
    await course.s.close();
  },

  async 'wrong messages get a reason and change nothing; other messages are left alone'({browser, url}) {
    const course = await Course.open(browser, url, url);
    const before = await course.ask({type: 'get-state'});
    for (const [message, reason] of [
      [{headwise: 2, type: 'get-state'}, /speaks version 1/],
      [{headwise: '1', type: 'get-state'}, /speaks version 1/],
      [{type: 'fly'}, /no such type.*get-state, set-state/],
      [{type: 'toString'}, /no such type/],
      [{}, /no such type/],
      [{type: 'set-state'}, /set-state takes state/],
      [{type: 'set-state', state: {v: 1}}, /set-state takes state/],
      [{type: 'set-state', state: 'v=1&num_heads=3'}, /num_heads/],
      [{type: 'set-state', state: 'v=1&wings=2'}, /wings/],
      [{type: 'set-state', state: 'v=1&lesson=99-none'}, /lesson/],
      [{type: 'subscribe'}, /a list of any of state, step, score/],
      [{type: 'subscribe', to: ['everything']}, /a list of any/],
      [{type: 'step', by: 0.5}, /whole number/],
      [{type: 'step', by: 1e300}, /whole number/],
    ]) {
      const answer = await course.ask(message);
      assert.equal(answer.type, 'error', JSON.stringify(message));
      assert.match(answer.message, reason);
    }
    assert.deepEqual(await course.ask({type: 'get-state'}), before);
    const count = (await course.heard()).length;
    for (const message of [null, 1, 'headwise', [], {type: 'get-state'}, {source: 'devtools'}]) await course.post(message);
    await course.ask({type: 'get-state'});
    assert.equal((await course.heard()).length, count + 1);
    await course.s.close();
  },

  async 'only the page that holds the frame commands it'({browser, url}) {
    const course = await Course.open(browser, url, url);
    await course.ready();
    const before = await course.ask({type: 'get-state'});
    const message = {headwise: 1, type: 'set-state', state: 'v=1&d_model=32'};
    // A frame beside it, and one inside.
    await course.s.page.evaluate(() => document.body.append(Object.assign(document.createElement('iframe'), {name: 'beside'})));
    await course.s.page.frame('beside').evaluate((m) => parent.frames[0].postMessage(m, '*'), message);
    await course.s.page.frames()[1].evaluate((m) => postMessage(m, '*'), message);
    await course.s.page.waitForTimeout(100);
    assert.deepEqual(await course.ask({type: 'get-state'}), before);
    await course.s.close();
    // And nobody else a page that is in no frame.
    const s = await Simulator.open(browser, url);
    await s.page.evaluate((m) => postMessage(m, '*'), message);
    await s.page.waitForTimeout(100);
    assert.equal(await s.setting('d_model'), null);
    await s.close();
  },

  async 'a sandboxed page and a sandboxed frame talk, but not of scores'({browser, url}) {
    const inner = url + 'frame?' + new URLSearchParams({src: '/shared/'});
    const course = await Course.open(browser, url, inner, {sandbox: 'allow-scripts'});
    const holder = await until(() => course.s.page.frames()[1], 'the page between');
    await until(() => course.s.page.frames().length === 3, 'the frame');
    const answers = await holder.evaluate(() => new Promise((done) => {
      const heard = [];
      const target = document.getElementById('frame').contentWindow;
      const ask = () => {
        target.postMessage({headwise: 1, type: 'set-state', id: 1, state: 'v=1&d_model=16'}, '*');
        target.postMessage({headwise: 1, type: 'subscribe', id: 2, to: ['score']}, '*');
        target.postMessage({headwise: 1, type: 'subscribe', id: 3, to: ['step']}, '*');
      };
      addEventListener('message', ({data}) => {
        if (data.id !== undefined) heard.push(data);
        if (heard.length === 3) done(heard);
      });
      ask();
    }));
    assert.match(answers[0].state, /d_model=16/);
    assert.match(answers[1].message, /has an origin/);
    assert.deepEqual(answers[2], {headwise: 1, type: 'subscribed', to: ['step'], id: 3});
    await course.s.close();
  },

  async 'a sandboxed frame shows lessons where the server sends the header'({browser, url}) {
    const course = await Course.open(browser, url, url + 'shared/', {sandbox: 'allow-scripts'});
    await course.ask({type: 'set-state', state: 'v=1&lesson=05-scores-and-scaling'});
    await until(async () => /Page 1 of/.test(await course.frame.locator('.lesson-place').textContent()), 'the lesson');
    await course.frame.getByRole('button', {name: 'Next page'}).click();
    await until(async () => /Page 2 of/.test(await course.frame.locator('.lesson-place').textContent()), 'its next page');
    assert.equal(await course.s.page.frames()[1].evaluate(() => {
      try {
        return String(localStorage);
      } catch (error) {
        return error.name;
      }
    }), 'SecurityError');
    await course.s.close();
  },

  async 'a page hears that the program cannot be loaded'({browser, url}) {
    const course = await Course.open(browser, url, url, {sandbox: 'allow-scripts'});
    const answer = await course.ask({type: 'get-state'});
    assert.equal(answer.type, 'error');
    assert.match(answer.message, /not allowed to load/);
    assert.equal((await course.heard((each) => each.type === 'failed')).length, 1);
    course.s.problems = [];
    await course.s.close();
  },

  async 'in a frame it is compact, unless the address says otherwise'({browser, url}) {
    const height = (course) => course.frame.locator('#canvas').evaluate((canvas) => innerHeight - canvas.clientHeight);
    for (const query of ['', '?embed=0']) {
      const course = await Course.open(browser, url, url + query + '#v=1');
      await course.ready();
      const rest = await height(course);
      assert.ok(query ? rest > 15 : rest === 0, `${rest} px beside the canvas`);
      const inside = course.s.page.frames()[1];
      await until(() => inside.evaluate(() => headwise.find('cell:0,0')), 'a cell');
      const besides = await inside.evaluate(() => headwise.find('control:d_model') !== null);
      assert.equal(besides, query !== '', 'controls beside the stage');
      await course.s.screenshot('embedded' + (query && '-whole'));
      // The way to the text view stays, for keyboards too.
      await course.s.page.locator('#before').focus();
      await course.s.page.keyboard.press('Tab');
      assert.equal(await course.frame.locator(':focus').getAttribute('id'), 'skip');
      assert.ok(await course.frame.locator('#skip').evaluate((button) => button.getBoundingClientRect().width > 50));
      await course.s.close();
    }
    const s = await Simulator.open(browser, url + '?embed=1');
    assert.equal(await s.page.evaluate(() => innerHeight - document.getElementById('canvas').clientHeight), 0);
    await s.close();
  },
};
