// Exercises in the page: answering, what is said, progress, results, and files that are dropped.
import assert from 'node:assert/strict';
import {Simulator, phone, until} from './harness.mjs';

const own = `---
title: My own
summary: S
minutes: 5
state: d_model=8&num_heads=4
---
# First
\`\`\`exercise sum
kind: number
draw: a = 10..99; b = 10..99
ask: What is $a + $b?
answer: $a + $b
wrong: $a * $b => Do not multiply.
hint: Add the tens.
steps: [Somewhere](sim:stage=scores&cell=1,0), and {{= $a + $b}}.
\`\`\`
# Second
\`\`\`exercise heads
kind: reach
ask: One KV head.
may_change: num_kv_heads
answer: setting(num_kv_heads) = 1
solution: num_kv_heads=1
\`\`\`
\`\`\`exercise cell
kind: find
state: stage=scores
ask: Click it.
answer: attn_weights 0, 0, 2, 1
\`\`\`
# Third
\`\`\`exercise order
kind: order
ask: In order.
items: scores | mask | softmax | sum
wrong: 3 before 2 => Masked too late.
\`\`\`
\`\`\`exercise choice
kind: choose
ask: Which?
right: this => Yes.
wrong: that => No.
\`\`\`
`;

async function drop(s, name, text) {
  await s.page.evaluate(([file, content]) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([content], file));
    document.getElementById('view').dispatchEvent(new DragEvent('drop', {dataTransfer: transfer, bubbles: true, cancelable: true}));
  }, [name, text]);
}

async function opened(browser, url, options) {
  const s = await Simulator.open(browser, url + '#v=1', options);
  await drop(s, 'my-own.md', own);
  await s.page.locator('.exercise').first().waitFor();
  return s;
}

const feedback = (s, id) => s.page.locator(`#feedback-${id}`);
const says = (s, id, pattern) => until(async () => pattern.test(await feedback(s, id).textContent()), `${id} to say ${pattern}`);
const sumOf = async (s) => {
  const [, a, b] = /What is (\d+) \+ (\d+)/.exec(await s.page.locator('#exercise-sum').textContent());
  return [Number(a), Number(b)];
};

export const tests = {
  async 'a lesson that is dropped opens; its exercise is done by keyboard alone, and told to screen readers'({browser, url}) {
    const s = await opened(browser, url);
    const [a, b] = await sumOf(s);
    await s.page.locator('#answer-sum').focus();
    await s.page.keyboard.type('many');
    await s.page.keyboard.press('Enter');
    await says(s, 'sum', /cannot be read as a number/);
    assert.equal(await s.page.locator('#answer-sum').inputValue(), 'many');
    assert.equal(await s.active(), 'answer-sum');
    await s.page.locator('#answer-sum').fill(String(a * b));
    await s.page.keyboard.press('Enter');
    await says(s, 'sum', /Not right\..*Do not multiply/s);
    await until(async () => /Do not multiply/.test(await s.text('status')), 'the announcement');
    await s.page.getByRole('button', {name: 'Hint'}).press('Enter');
    await s.page.locator('.exercise-hint').waitFor();
    // What is typed stays while the lesson's numbers change.
    await s.page.locator('#answer-sum').fill('12');
    await s.command('set seed=5');
    await s.idle();
    assert.equal(await s.page.locator('#answer-sum').inputValue(), '12');
    await s.page.locator('#answer-sum').fill(String(a + b));
    await s.page.keyboard.press('Enter');
    await says(s, 'sum', /Right\..*half a point/s);
    assert.ok(await s.page.locator('#answer-sum').isDisabled());
    await s.page.getByRole('button', {name: 'Worked steps'}).click();
    await s.page.locator('.exercise-steps a').click();
    await until(async () => (await s.text('stage-id')) === 'scores', 'the link of the steps');
    await s.page.getByRole('button', {name: 'Other numbers'}).click();
    await until(async () => (await sumOf(s)).join() !== [a, b].join(), 'other numbers');
    assert.equal(await s.page.locator('#answer-sum').inputValue(), '');
    await s.close();
  },

  async 'another name has other numbers, which come back; progress outlives the page, and a result code is copied'({browser, url}) {
    const s = await opened(browser, url);
    const name = async (text) => {
      await s.page.locator('#student').fill(text);
      await s.page.keyboard.press('Enter');
      await until(async () => (await s.setting('student')) === text, 'the name');
      await s.idle();
    };
    await name('Ada');
    const ada = await sumOf(s);
    await name('Bob');
    assert.notDeepEqual(await sumOf(s), ada);
    await name('Ada');
    assert.deepEqual(await sumOf(s), ada);
    await s.page.locator('#answer-sum').fill(String(ada[0] + ada[1]));
    await s.page.keyboard.press('Enter');
    await says(s, 'sum', /Right\. 1 point/);
    await s.page.locator('#lesson-progress summary').click();
    await s.page.getByRole('button', {name: 'Copy result code'}).click();
    await until(async () => /Copied your result code/.test(await s.text('status')), 'the code');
    const code = await s.page.evaluate(() => navigator.clipboard.readText());
    assert.match(code, /^headwise-result\?lesson=my-own&student=Ada&date=\d{4}-\d\d-\d\d&points=1\.0&of=5&done=.*&sum=[0-9a-f]{8}$/);

    await until(async () => (await s.page.evaluate(() => localStorage.getItem('headwise-progress')))?.includes('answer my-own sum 0'), 'it is stored');
    await s.page.reload();
    await s.ready();
    await drop(s, 'my-own.md', own);
    await s.page.locator('.exercise').first().waitFor();
    await s.command('set student=Ada');
    await says(s, 'sum', /Right/);

    // As a file, out and in again.
    const download = s.page.waitForEvent('download');
    await s.page.locator('#lesson-progress summary').click();
    await s.page.getByRole('button', {name: 'Save progress'}).click();
    assert.equal((await download).suggestedFilename(), 'headwise-progress.txt');
    const stored = await s.page.evaluate(() => localStorage.getItem('headwise-progress'));
    await s.page.getByRole('button', {name: 'Forget progress'}).click();
    await until(async () => !(await feedback(s, 'sum').textContent()), 'nothing known');
    await s.page.getByRole('button', {name: 'Bring it back'}).click();
    await says(s, 'sum', /Right/);
    assert.equal(await s.page.getByRole('button', {name: 'Bring it back'}).count(), 0);
    await s.page.getByRole('button', {name: 'Forget progress'}).click();
    await until(async () => !(await feedback(s, 'sum').textContent()), 'nothing known again');
    await drop(s, 'headwise-progress.txt', stored);
    await says(s, 'sum', /Right/);
    await s.close();
  },

  async 'what the simulator shows is noticed, a chosen cell is checked, and orders and options are marked'({browser, url}) {
    const s = await opened(browser, url);
    await s.command('set page=2');
    await s.page.locator('#exercise-heads').waitFor();
    await s.page.locator('#exercise-heads').getByRole('button', {name: 'Set it up'}).click();
    await s.command('set num_kv_heads=1');
    await says(s, 'heads', /Right/);
    const cell = s.page.locator('#exercise-cell');
    await cell.getByRole('button', {name: 'Set it up'}).click();
    await cell.getByRole('button', {name: 'Check the simulator'}).click();
    await says(s, 'cell', /another tensor/);
    await s.command('change stage=attn_weights&head=0&cell=2,1');
    await cell.getByRole('button', {name: 'Check the simulator'}).click();
    await says(s, 'cell', /Right/);

    await s.command('set page=3');
    await s.page.locator('#exercise-order').waitFor();
    const items = () => s.page.locator('#exercise-order li > span').allTextContents();
    const right = ['scores', 'mask', 'softmax', 'sum'];
    const arrange = async (wanted) => {
      for (let i = 0; i < wanted.length; ++i) {
        while ((await items()).indexOf(wanted[i]) > i) {
          const before = (await items()).join();
          await s.page.getByRole('button', {name: `Move up: ${wanted[i]}`}).press('Enter');
          await until(async () => (await items()).join() !== before, 'the move');
        }
      }
    };
    await arrange(['scores', 'softmax', 'mask', 'sum']);
    await s.page.getByRole('button', {name: 'Check this order'}).click();
    await says(s, 'order', /Masked too late/);
    await arrange(right);
    await s.page.getByRole('button', {name: 'Check this order'}).click();
    await says(s, 'order', /Right\. half a point/);
    await s.page.getByLabel('that').check();
    await s.page.locator('#exercise-choice').getByRole('button', {name: 'Check'}).click();
    await says(s, 'choice', /No\./);
    await s.close();
  },

  async 'a broken or hostile lesson says what is wrong with it, and nothing of it runs'({browser, url}) {
    const s = await Simulator.open(browser, url + '#v=1');
    await drop(s, 'bad.md', own.replace('answer: $a + $b', 'answer: $c'));
    await until(async () => /bad\.md:12: answer: nothing called \$c/.test(await s.text('problem')), 'the place');
    await drop(s, 'picture.gif', 'GIF89a');
    await until(async () => /ends in \.md/.test(await s.text('problem')), 'what can be dropped');
    await drop(s, 'evil.md', '---\ntitle: <script>window.hacked=1</script>\nsummary: S\nminutes: 5\n---\n# <img src=x onerror="window.hacked=1">\n' +
      '<script>window.hacked = 1</script> [x](javascript:window.hacked=1)\n```exercise e\nkind: number\nask: <img src=x onerror="window.hacked=1">\nanswer: 1\nunit: <b onclick=x>\n```\n');
    await s.page.locator('#exercise-e').waitFor();
    await drop(s, 'large.md', own + 'x'.repeat(10 << 20));
    await until(async () => /large\.md: 10,4\d\d,\d{3} bytes; a lesson has at most/.test(await s.text('problem')), 'the size');
    await drop(s, 'progress.txt', 'headwise-progress 1\n' + 'answer a b 0 1\n'.repeat(700000));
    await until(async () => /line \d+: more than 100,?000 lines/.test(await s.text('problem')), 'the lines');
    await drop(s, 'huge.md', ' '.repeat(17 << 20));
    await until(async () => /huge\.md is too large/.test(await s.text('status')), 'that it is not read');
    await drop(s, 'evil.md', '---\ntitle: T\nsummary: S\nminutes: 5\n---\n# Again\n');
    await until(async () => (await s.page.locator('#lesson-title').textContent()) === 'Again', 'the page is alive');
    assert.equal(await s.page.evaluate(() => window.hacked), undefined);
    assert.equal(await s.page.locator('#lesson img, #lesson script, #lesson [onclick]').count(), 0);
    await s.close();
  },

  async 'several files at once are taken; what cannot be read or kept is told'({browser, url}) {
    const s = await opened(browser, url, {
      before: () => {
        Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };
        const {text} = Blob.prototype;
        Blob.prototype.text = function () {
          return this.name === 'folder' ? Promise.reject(new DOMException('a folder', 'NotReadableError')) : text.call(this);
        };
      },
    });
    await s.command('answer sum 1');
    await until(async () => /save it as a file/.test(await s.text('status')), 'that nothing is kept');
    const lesson = (title) => `---\ntitle: T\nsummary: S\nminutes: 5\n---\n# ${title}\n`;
    await s.page.evaluate((files) => {
      const transfer = new DataTransfer();
      for (const [name, content] of files) transfer.items.add(new File([content], name));
      document.getElementById('view').dispatchEvent(new DragEvent('drop', {dataTransfer: transfer, bubbles: true, cancelable: true}));
    }, [['folder', ''], ['broken.md', 'No header'], ['one.md', lesson('The first')], ['two.md', lesson('The second')]]);
    await until(async () => /folder cannot be read/.test(await s.text('status')), 'that the folder cannot be read');
    await until(async () => /broken\.md:1: a lesson starts with/.test(await s.text('problem')), 'what is wrong with the lesson');
    await until(async () => (await s.page.locator('#lesson-title').textContent()) === 'The second', 'the last of them');
    await s.command('set lesson=one');
    await until(async () => (await s.page.locator('#lesson-title').textContent()) === 'The first', 'the first');
    await s.close();
  },

  async 'fits a phone'({browser, url}) {
    const s = await opened(browser, url, phone);
    for (const number of [1, 2, 3]) {
      await s.command(`set page=${number}`);
      await s.idle();
      const wide = await s.page.locator('#lesson').evaluate((lesson) => lesson.scrollWidth - lesson.clientWidth);
      assert.ok(wide <= 0, `page ${number} is ${wide} pixels wider`);
    }
    for (const button of await s.page.locator('.exercise button').all()) {
      assert.ok((await button.boundingBox()).height >= 44);
    }
    await s.close();
  },
};
