'use strict';
// A lesson in a course system that speaks SCORM 1.2: the system says who learns and what that student did
// before, and hears what is reached. Only the pages that scripts/package makes for such systems load this.

headwise.scorm = (() => {
  const lesson = document.currentScript.dataset.lesson;
  const record = headwise.record;
  const shortestInterval = 5000;  // between commits
  const notImplemented = '401';   // an element that systems may leave out
  const tellElsewhere = headwise.progress.scored;
  const startedAt = Date.now();

  // The system's window is around this one, or around the one that opened it. Of those of other sites
  // nothing can be read.
  function findApi() {
    let at = window;
    for (let level = 0; at && level < 500; ++level) {
      try {
        if (typeof at.API?.LMSInitialize === 'function') return at.API;
      } catch {
        // Another site's.
      }
      at = at.parent === at ? at.opener : at.parent;
    }
    return null;
  }

  const api = findApi();
  let hasOpened;
  const opened = new Promise((done) => { hasOpened = done; });
  const said = new Set();
  const sent = new Map();
  let reached = null;   // as scored() heard it last
  let committedAt = -Infinity;
  let timer = 0;

  // Once the lesson is open: nothing takes the place of the notice then.
  function sayOnce(topic, text) {
    if (said.has(topic)) return;
    said.add(topic);
    opened.then(() => setTimeout(() => headwise.notify(text)));
  }

  const failed = (reason) => sayOnce('failure', `The course system reports an error, and may not record your results: ${reason}`);

  function call(name, ...values) {
    try {
      return String(api['LMS' + name](...values) ?? '');
    } catch (error) {
      failed(error.message);
      return '';
    }
  }

  function did(name, ...values) {
    if (call(name, ...values) === 'true') return true;
    const code = call('GetLastError');
    if (code !== notImplemented) failed(`${call('GetErrorString', code)} (${name}, ${code})`);
    return false;
  }

  let isOpen = api !== null && did('Initialize', '');
  const get = (name) => (isOpen ? call('GetValue', 'cmi.' + name) : '');
  const student = record.studentOf(get('core.student_id') || get('core.student_name'));
  const records = isOpen && !['browse', 'review'].includes(get('core.lesson_mode'));
  const counts = records && get('core.credit') !== 'no-credit';
  const wasDone = ['completed', 'passed'].includes(get('core.lesson_status'));
  let isDone = wasDone;
  let kept = get('suspend_data');
  let best = Number(get('core.score.raw')) || 0;
  let resumeAt = Math.max(1, parseInt(get('core.lesson_location'), 10) || 1);

  function set(name, value) {
    if (!records || !isOpen || sent.get(name) === value) return;
    sent.set(name, value);
    did('SetValue', 'cmi.' + name, value);
    timer ||= setTimeout(commit, Math.max(0, committedAt + shortestInterval - performance.now()));
  }

  function commit() {
    setPlace();
    clearTimeout(timer);
    timer = 0;
    committedAt = performance.now();
    did('Commit', '');
  }

  const state = () => new URLSearchParams(headwise.program.state());

  function setPlace() {
    const now = state();
    if (now.get('lesson') === lesson && resumeAt === 1) set('core.lesson_location', now.get('page') || '1');
  }

  // The program is in the middle of something.
  const command = (text) => setTimeout(() => headwise.command(text));

  function scored(result) {
    tellElsewhere(result);
    hasOpened();
    if (!isOpen) return;
    if (result.lesson !== lesson) return sayOnce('lesson', 'The course system records only the lesson that it opened');
    if ((state().get('student') || '') !== student) return command('set student=' + student);
    if (resumeAt > 1) {
      command('set page=' + Math.min(resumeAt, result.pages));
      resumeAt = 1;
    }
    reached = result;
    report();
  }

  function report() {
    if (!counts || !reached) return;
    const {score, of, right, pagesSeen, pages} = reached;
    const hasAnswered = kept.includes('=');
    if (of && hasAnswered) {
      best = Math.max(best, Math.round(10000 * score / of) / 100);
      set('core.score.min', '0');
      set('core.score.max', '100');
      set('core.score.raw', String(best));
    }
    isDone ||= right === of && pagesSeen === pages;
    if (!wasDone) set('core.lesson_status', isDone ? 'completed' : 'incomplete');
  }

  function leave() {
    if (!isOpen) return;
    set('core.session_time', duration(Date.now() - startedAt));
    set('core.exit', isDone ? '' : 'suspend');
    if (timer) commit();
    did('Finish', '');
    isOpen = false;
  }

  // HHHH:MM:SS.SS
  function duration(milliseconds) {
    const digits = (value, count) => String(Math.floor(value)).padStart(count, '0');
    const seconds = milliseconds / 1000;
    return `${digits(seconds / 3600, 4)}:${digits(seconds / 60 % 60, 2)}:${digits(seconds % 60, 2)}.${digits(seconds * 100 % 100, 2)}`;
  }

  // In place of the browser's storage, which may be another student's too.
  Object.assign(headwise.progress, {
    stored: () => record.unpack(kept, student, lesson),
    store(text) {
      const {packed, isWhole} = record.pack(text, student, lesson);
      if (!isWhole) sayOnce('room', 'The course system keeps your score, but has no room left for all of your answers');
      kept = packed;
      set('suspend_data', packed);
      report();  // a first answer that is wrong changes no score
    },
    scored,
  });
  addEventListener('storage', (event) => event.stopImmediatePropagation(), true);

  addEventListener('pagehide', leave);
  addEventListener('pageshow', (event) => {
    if (event.persisted) location.reload();
  });
  document.addEventListener('visibilitychange', () => {
    if (document.hidden && timer) commit();
  });

  if (!api) sayOnce('nobody', 'No course system has opened this page: your results are not recorded');
  if (isOpen && !records) sayOnce('mode', 'The course system has opened this lesson to be looked at: results are not recorded');
  location.replace(`#v=1&lesson=${lesson}${student && '&student=' + encodeURIComponent(student)}`);
})();
