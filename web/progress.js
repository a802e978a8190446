'use strict';
// What students did, kept in this browser and nowhere else; and files that are dropped on the page or chosen.

headwise.progress = (() => {
  const key = 'headwise-progress';
  const largest = 16 << 20;

  // In a sandboxed frame, and where it is forbidden, there is no storage: progress lasts as long as the page.
  function stored() {
    try {
      return localStorage.getItem(key) || '';
    } catch {
      return '';
    }
  }

  let isWarned = false;

  function store(text) {
    try {
      localStorage.setItem(key, text);
    } catch {
      if (isWarned || !text.includes('\nanswer ')) return;
      isWarned = true;
      // The program is in the middle of something.
      setTimeout(() => headwise.notify('This browser does not keep your progress: save it as a file before you leave'));
    }
  }

  // {text}, or why there is none: {problem}.
  async function read(file) {
    if (file.size > largest) return {problem: `${file.name} is too large for a lesson or a file of progress`};
    return file.text().then((text) => ({text}), () => ({problem: `${file.name} cannot be read: drop files, not folders`}));
  }

  // One after another takes the place of what was told: what is wrong is told last.
  async function takeAll(files) {
    await headwise.started;
    const faulty = [];
    const unread = [];
    for (const file of files) {
      const {text, problem} = await read(file);
      if (problem) {
        unread.push(problem);
        continue;
      }
      headwise.program.take_file(file.name, text);
      if (headwise.program.problem()) faulty.push([file.name, text]);
    }
    if (files.length > 1 && faulty.length) headwise.program.take_file(...faulty[0]);
    if (unread.length) headwise.notify(unread.join('; '));
  }

  function chooseFile() {
    const input = document.createElement('input');
    input.type = 'file';
    input.accept = '.txt,.md,text/plain,text/markdown';
    input.multiple = true;
    input.addEventListener('change', () => takeAll(input.files));
    input.click();
  }

  addEventListener('storage', (event) => {
    if (event.key === key && event.newValue) headwise.program.merge_progress(event.newValue);
  });
  addEventListener('dragover', (event) => {
    if (event.dataTransfer?.types.includes('Files')) event.preventDefault();
  });
  addEventListener('drop', (event) => {
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    takeAll([...event.dataTransfer.files]);
  });

  return {stored, store, chooseFile, scored: (result) => headwise.embed.scored(result)};
})();
