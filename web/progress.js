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

  async function textOf(file) {
    if (file.size > largest) return headwise.notify(`${file.name} is too large for a lesson or a file of progress`);
    try {
      return await file.text();
    } catch {
      headwise.notify(`${file.name} cannot be read: drop files, not folders`);
    }
  }

  async function takeAll(files) {
    await headwise.started;
    for (const file of files) {
      const text = await textOf(file);
      if (text !== undefined) headwise.program.take_file(file.name, text);
    }
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
