'use strict';
// What a student did in a lesson, as short as course systems want it. Of the program's text
// (engine/lesson/progress.hpp) it keeps the pages, then each exercise's answers (a), hint (h), worked steps
// (s) and other numbers (n, their round; what follows is of that round):
//   1;1,2,3;saturation=a0.25/h/a0.3/n1/a0.7;shape=a2,4,8

headwise.record = (() => {
  const room = 4096;  // what every system must keep; some cut off the rest, some refuse it all
  const exerciseName = /^[\w/-]+$/;

  // As the program knows names. What it could not take, or not show, becomes a number.
  function studentOf(id) {
    const plain = id.trim().replace(/\s+/g, ' ').toLowerCase();
    if (/^[ -~]{0,80}$/.test(plain)) return plain;
    let hash = 0x811c9dc5;
    for (const character of plain) hash = Math.imul(hash ^ character.codePointAt(0), 0x01000193) >>> 0;
    return `${plain.replace(/[^!-~]+/g, '-').slice(0, 60)}-${hash.toString(36)}`;
  }

  // {pages: [...], exercises: Map of name: [{number, deeds}]}, its rounds in order.
  function parse(text, student, lesson) {
    const pages = [];
    const exercises = new Map();
    let isOurs = student === '';
    for (const line of text.split('\n')) {
      const [kind, of, name, number, ...answer] = line.split(' ');
      if (kind === 'student') isOurs = line.slice('student '.length) === student;
      else if (!isOurs || of !== lesson) continue;
      else if (kind === 'page') pages.push(name);
      else {
        if (!exercises.has(name)) exercises.set(name, [{number: '0', deeds: []}]);
        const rounds = exercises.get(name);
        if (kind === 'again') rounds.push({number, deeds: []});
        else rounds.at(-1).deeds.push(kind[0] + encode(answer.join(' ')));
      }
    }
    return {pages, exercises};
  }

  const encode = (text) => encodeURIComponent(text).replaceAll('%2C', ',').replaceAll('%20', '+');
  const decode = (text) => decodeURIComponent(text.replaceAll('+', ' '));

  const exerciseText = ([name, rounds]) =>
    name + '=' + rounds.flatMap(({number, deeds}) => (number === '0' ? deeds : ['n' + number, ...deeds])).join('/');

  const toText = ({pages, exercises}) => ['1', pages.join(), ...[...exercises].map(exerciseText)].join(';');

  // Only the first answer and the last make a difference: right at once, later, or not yet.
  function withoutMiddle({number, deeds}) {
    const answers = deeds.filter((deed) => deed[0] === 'a');
    return {number, deeds: deeds.filter((deed) => deed[0] !== 'a' || deed === answers[0] || deed === answers.at(-1))};
  }

  // A round that another followed was right, unless its steps were shown: the best has least in it.
  function bestAndLast(rounds) {
    const weight = {a: 1, h: 2, s: 100};
    const cost = ({deeds}) => deeds.reduce((sum, [kind]) => sum + weight[kind], 0);
    const past = rounds.slice(0, -1).filter(({deeds}) => deeds.length);
    const best = past.sort((a, b) => cost(a) - cost(b))[0];
    return [...(best ? [best] : []), rounds.at(-1)];
  }

  // {packed, isWhole}: whole where nothing is lost that points come from.
  function pack(text, student, lesson) {
    const {pages, exercises} = parse(text, student, lesson);
    let all = [...exercises];
    const fits = () => toText({pages, exercises: all}).length <= room;
    if (!fits()) all = all.map(([name, rounds]) => [name, rounds.map(withoutMiddle)]);
    if (!fits()) all = all.map(([name, rounds]) => [name, bestAndLast(rounds)]);
    const isWhole = fits();
    while (!fits()) all.splice(all.indexOf(all.reduce((a, b) => (exerciseText(b).length > exerciseText(a).length ? b : a))), 1);
    return {packed: pages.length || all.length ? toText({pages, exercises: all}) : '', isWhole};
  }

  // The program's text again; nothing, where that is no such record.
  function unpack(packed, student, lesson) {
    const [version, pages = '', ...exercises] = packed.split(';');
    if (version !== '1') return '';
    const lines = ['headwise-progress 1', 'student ' + student];
    for (const page of pages.split(',')) if (/^\d+$/.test(page)) lines.push(`page ${lesson} ${page}`);
    const kinds = {a: 'answer', h: 'hint', s: 'steps', n: 'again'};
    try {
      for (const [name, deeds] of exercises.map((text) => text.split('='))) {
        if (!exerciseName.test(name)) return '';
        let round = '0';
        for (const deed of deeds.split('/')) {
          const [kind, rest] = [kinds[deed[0]], decode(deed.slice(1))];
          if (kind === 'again') round = rest;
          if (!kind || !/^\d{1,6}$/.test(round)) return '';
          lines.push(`${kind} ${lesson} ${name} ${round}${kind === 'answer' ? ' ' + rest : ''}`);
        }
      }
    } catch {
      return '';
    }
    return lines.join('\n') + '\n';
  }

  return {studentOf, pack, unpack};
})();
