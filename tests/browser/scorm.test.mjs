// The packages for course systems, in one: scorm-again's SCORM 1.2 runtime in a page around them, which keeps
// what is committed by student and lesson.
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {copyFileSync, mkdirSync, readFileSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {Simulator, until} from './harness.mjs';
import {emptyFolder, named, packed, unpack} from './package.test.mjs';
import {serve} from './server.mjs';

const runtime = fileURLToPath(new URL('node_modules/scorm-again/dist/scorm12.min.js', import.meta.url));
const short = '20-glossary';
let packages;

class System {
  static async start(site) {
    packages ||= packed(site, 'scorm-packages');
    const out = await packages;
    const folder = emptyFolder('scorm-unpacked');
    mkdirSync(join(folder, 'course'));
    await unpack(named(out, /-course-scorm-.*\.zip$/), join(folder, 'course'));
    copyFileSync(runtime, join(folder, 'scorm12.js'));
    const system = new System();
    system.kept = {};
    system.commits = 0;
    system.server = await serve(folder);
    system.server.take = (url, text) => system.take(url.searchParams.get('of'), JSON.parse(text));
    return system;
  }

  take(of, data) {
    ++this.commits;
    this.kept[of] = data.cmi;
    return {result: 'true', errorCode: 0};
  }

  // What is kept of a student in a lesson: score.raw, lesson_status, suspend_data ...
  of(student, lesson) {
    const {core, suspend_data} = this.kept[student + ' ' + lesson] || {core: {score: {}}};
    return {...core, suspend_data};
  }

  // The page around a lesson. `core` is what the system says besides, `src` where the lesson is if not in its frame.
  address(student, lesson, {core = {}, src = `/course/${lesson}.html`} = {}) {
    const of = student + ' ' + lesson;
    const kept = this.kept[of];
    const cmi = {
      suspend_data: kept?.suspend_data || '',
      core: {...kept?.core, lesson_mode: 'normal', credit: 'credit', ...core, student_id: student, student_name: 'Doe, ' + student},
    };
    delete cmi.core.session_time;
    delete cmi.core.exit;
    this.server.pages['/launch'] = `<!doctype html><title>Course system</title><link rel="icon" href="data:,"><body style="margin:0">
      <script src="/scorm12.js"></script><script>
      API = new Scorm12API({lmsCommitUrl: '/commit?of=${encodeURIComponent(of)}', logLevel: 5});
      API.loadFromJSON(${JSON.stringify(cmi)});
      </script><iframe id="frame" style="width:1000px;height:600px;border:0" src="${src}"></iframe>`;
    return this.server.url + 'launch';
  }

  async launch(browser, student, lesson, options) {
    const s = await Simulator.open(browser, this.address(student, lesson, options), {wait: false});
    return this.attempt(s, student, lesson);
  }

  async attempt(s, student, lesson) {
    const frame = await until(() => s.page.frames().find((each) => new URL(each.url()).pathname.endsWith(lesson + '.html')), 'the frame');
    await frame.waitForSelector('html[data-state=ready]');
    await frame.waitForSelector('#lesson-title');
    return new Attempt(this, s, frame, () => this.of(student, lesson));
  }
}

class Attempt {
  constructor(system, s, frame, kept) {
    Object.assign(this, {system, s, frame, kept});
  }

  command(text) {
    return this.frame.evaluate((command) => headwise.command(command), text);
  }

  text(selector) {
    return this.frame.locator(selector).textContent();
  }

  async turnTo(page) {
    await this.command('set page=' + page);
    await until(async () => (await this.text('.lesson-place')).startsWith(`Page ${page} of`), 'page ' + page);
  }

  async commits(check, what) {
    await until(() => check(this.kept()), what + '; kept is ' + JSON.stringify(this.kept()));
  }

  // As a system does when another item is chosen.
  async leave() {
    await this.s.page.evaluate(() => document.getElementById('frame').remove());
    await until(() => this.s.page.evaluate(() => API.isTerminated()), 'the end');
    await until(() => this.kept().session_time, 'the last commit');
  }

  said(pattern) {
    return until(async () => pattern.test(await this.text('#status')), 'the notice ' + pattern);
  }
}

// The answers of the glossary's two exercises, as the program prints them.
function answersOf(program, student) {
  const text = execFileSync(program, ['lesson', 'answers', short, '--student', student]).toString();
  const [layer, cell] = [...text.matchAll(/^ *Answer: (.*)$/gm)].map(([, answer]) => answer);
  const [stage, place] = cell.split(' ');
  const [, head, row, column] = place.split(',');
  return {layer, cell: `stage=${stage}&head=${head}&cell=${row},${column}`};
}

async function reach(attempt, id, change) {
  const exercise = attempt.frame.locator('#exercise-' + id);
  await exercise.getByRole('button', {name: 'Set it up'}).click();
  await attempt.command('change ' + change);
  const check = exercise.getByRole('button', {name: 'Check the simulator'});
  await until(async () => {
    if (await check.isVisible() && await attempt.frame.evaluate(() => headwise.isIdle())) await check.click();
    return /Right/.test(await attempt.text('#feedback-' + id));
  }, id);
}

export const tests = {
  async 'a lesson is launched, left, resumed and completed; the system hears score and status'({browser, site, program}) {
    const system = await System.start(site);
    const answers = answersOf(program, 's1');
    let a = await system.launch(browser, 'S1', short);
    await a.commits((kept) => kept.lesson_status === 'incomplete', 'the start');
    assert.equal(a.kept().score.raw, '', 'no mark before the first answer');
    assert.ok(await a.frame.evaluate(() => headwise.find('control:d_model') !== null), 'the whole page');
    for (const page of [2, 3]) await a.turnTo(page);
    await reach(a, 'make-it-mqa', answers.layer);
    await a.commits(({score}) => score.raw === '50' && score.min === '0' && score.max === '100', 'half of the points');
    assert.match(a.kept().suspend_data, /^1;1,2,3;make-it-mqa=a/);
    await a.leave();
    assert.equal(a.kept().exit, 'suspend');
    assert.equal(a.kept().lesson_location, '3');
    assert.match(a.kept().session_time, /^(00)?00:00:\d\d\.\d\d$/);
    await a.s.close();

    a = await system.launch(browser, 'S1', short);
    await until(async () => (await a.text('.lesson-place')).startsWith('Page 3 of 5'), 'the page');
    await until(async () => /Right/.test(await a.text('#feedback-make-it-mqa')), 'what was answered');
    assert.match(await a.text('.lesson-score'), /^1 of 2 points/);
    for (const page of [4, 5]) await a.turnTo(page);
    await a.commits(({score, lesson_status}) => score.raw === '50' && lesson_status === 'incomplete', 'all pages are not all');
    await reach(a, 'score-not-share', answers.cell);
    await a.commits(({score, lesson_status}) => score.raw === '100' && lesson_status === 'completed', 'completion');
    // What is done later takes nothing away.
    await a.command('forget progress');
    await until(async () => /^0 of 2/.test(await a.text('.lesson-score')), 'nothing known');
    await a.leave();
    const {score, lesson_status, exit} = a.kept();
    assert.deepEqual([score.raw, lesson_status, exit], ['100', 'completed', '']);
    await a.s.close();
    await system.server.close();
    return `${system.commits} commits`;
  },

  async 'each student has own numbers and own progress, on the same machine'({browser, site}) {
    const system = await System.start(site);
    const lesson = '02-why-one-is-not-enough';
    const a = await system.launch(browser, 'ada', lesson);
    const ada = await a.text('#exercise-what-is-left');
    assert.equal(await a.frame.locator('#student').inputValue(), 'ada');
    assert.ok(await a.frame.locator('#student').isHidden(), 'nobody is asked for a name');
    await a.frame.locator('#answer-what-is-left').fill('7');
    await a.frame.locator('#answer-what-is-left').press('Enter');
    await until(async () => /Not right/.test(await a.text('#feedback-what-is-left')), 'the feedback');
    await a.commits(({suspend_data}) => /what-is-left=a7/.test(suspend_data), 'the answer');
    await a.commits(({score}) => score.raw === '0', 'no points yet');
    // Another name cannot be taken, and other lessons are told to count for nothing.
    await a.command('set student=Eve');
    await until(async () => (await a.frame.locator('#student').inputValue()) === 'ada', 'the name');
    await a.command('set lesson=' + short);
    await a.said(/records only the lesson that it opened/);
    // Leaving as a whole page goes.
    await a.s.page.goto(system.address('bob', lesson));
    const b = await system.attempt(a.s, 'bob', lesson);
    assert.equal(system.of('ada', lesson).exit, 'suspend');
    assert.doesNotMatch(system.of('ada', lesson).suspend_data, /make-it-mqa/);
    assert.notEqual(await b.text('#exercise-what-is-left'), ada);
    assert.equal(await b.text('#feedback-what-is-left'), '');
    assert.equal(await b.frame.evaluate(() => localStorage.length), 0);
    await b.commits(({suspend_data}) => suspend_data === '1;1', 'his own');
    await b.s.close();
    await system.server.close();
  },

  async 'the system is found behind other sites, and in the window that opened this one; ids of any kind'({browser, site}) {
    const system = await System.start(site);
    const inner = `${system.server.url.replace('127.0.0.1', 'localhost')}frame?${new URLSearchParams({src: `${system.server.url}course/${short}.html?token=1#x`})}`;
    const odd = 'Jörg & <Müller> ' + 'x'.repeat(200);
    const a = await system.launch(browser, odd, short, {src: inner});
    await a.commits(({lesson_status}) => lesson_status === 'incomplete', 'the start');
    const student = new URLSearchParams(await a.frame.evaluate(() => headwise.program.state())).get('student');
    assert.match(student, /^j-rg-&-<m-ller>-x+-\w+$/);
    assert.ok(student.length <= 80);
    await a.s.close();

    const s = await Simulator.open(browser, system.address('ada', short, {src: 'about:blank'}), {wait: false});
    const [popup] = await Promise.all([s.page.waitForEvent('popup'),
      s.page.evaluate((address) => { window.open(address); }, `/course/${short}.html`)]);
    await popup.waitForSelector('#lesson-title');
    await until(() => system.of('ada', short).lesson_status === 'incomplete', 'the start');
    await popup.close();
    await until(() => s.page.evaluate(() => API.isTerminated()), 'the end');
    await s.close();
    await system.server.close();
  },

  async 'nothing is recorded where the system wants none, and errors are told'({browser, site, program}) {
    const system = await System.start(site);
    const answers = answersOf(program, 'ada');
    for (const core of [{lesson_mode: 'browse', credit: 'no-credit'}, {lesson_mode: 'review'}]) {
      const a = await system.launch(browser, 'ada', short, {core});
      await a.said(/opened this lesson to be looked at/);
      await a.turnTo(3);
      await reach(a, 'make-it-mqa', answers.layer);
      await a.s.page.evaluate(() => document.getElementById('frame').remove());
      await until(() => a.s.page.evaluate(() => API.isTerminated()), 'the end');
      const {suspend_data = '', score} = a.kept();
      assert.deepEqual([suspend_data, score.raw || ''], ['', '']);
      await a.s.close();
    }
    system.kept = {};
    const a = await system.launch(browser, 'ada', short, {core: {credit: 'no-credit'}});
    await a.turnTo(3);
    await reach(a, 'make-it-mqa', answers.layer);
    await a.commits(({suspend_data}) => /make-it-mqa=a/.test(suspend_data), 'the answer');
    assert.equal(a.kept().score.raw, '');
    system.take = () => null;
    await a.turnTo(4);
    await a.said(/reports an error.*Commit/);
    a.s.problems = a.s.problems.filter((problem) => !problem.includes('500'));
    await a.s.close();
    await system.server.close();
  },

  async 'without a course system a lesson works, and says that nothing is recorded'({browser, site}) {
    const system = await System.start(site);
    const s = await Simulator.open(browser, `${system.server.url}course/${short}.html`, {worker: true});
    await until(async () => /your results are not recorded/.test(await s.text('status')), 'the notice');
    await s.page.locator('#lesson-title').waitFor();
    await s.command('set page=2');
    await until(async () => /Page 2/.test(await s.page.locator('.lesson-place').textContent()), 'the page');
    assert.equal(await s.page.evaluate(() => localStorage.length), 0);
    await s.page.waitForTimeout(500);
    assert.equal(await s.page.evaluate(() => navigator.serviceWorker.getRegistrations().then((all) => all.length)), 0);
    await s.close();
    await system.server.close();
  },

  async 'what exceeds the room in a course system is shortened, and what gives points stays'({browser, site}) {
    const system = await System.start(site);
    const a = await system.launch(browser, 'ada', short);
    const lines = ['headwise-progress 1', 'student ada', 'page x 1', 'answer x first 0 0.25, 3/4 – ü+1', 'hint x first 0', 'student bob', 'page x 2'];
    const pack = (all) => a.frame.evaluate((text) => {
      const result = headwise.record.pack(text, 'ada', 'x');
      return {...result, text: headwise.record.unpack(result.packed, 'ada', 'x')};
    }, all.join('\n'));
    assert.equal((await pack(lines)).text, lines.slice(0, 5).join('\n') + '\n');
    const many = lines.slice(0, 2);
    for (let round = 0; round < 300; ++round) {
      if (round) many.push(`again x many ${round}`);
      many.push(`answer x many ${round} 1`, `answer x many ${round} 2`);
      if (round !== 200) many.push(`hint x many ${round}`, `answer x many ${round} 3`, `steps x many ${round}`);
    }
    const shortened = await pack(many);
    assert.ok(shortened.isWhole && shortened.packed.length <= 4096);
    assert.match(shortened.text, /again x many 200\nanswer x many 200 1\nanswer x many 200 2\nagain x many 299\n/);
    const huge = await pack([...lines.slice(0, 5), `answer x huge 0 ${'9'.repeat(3000)}`, `answer x huger 0 ${'9'.repeat(3500)}`]);
    assert.ok(!huge.isWhole && huge.packed.length <= 4096);
    assert.match(huge.text, /answer x first/);
    assert.match(huge.text, /answer x huge /);
    for (const broken of ['junk', '1', '1;%', '1;1;a', '1;1;a=', '1;1;a=a%', '1;1;a=nx', '1;1;<=a1', '2;1;']) {
      await a.frame.evaluate((text) => headwise.record.unpack(text, 'ada', 'x'), broken);
    }
    await a.s.close();
    await system.server.close();
  },
};
